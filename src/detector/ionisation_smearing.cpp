#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/detector/smearing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nudipole::detector {
namespace {

/// Probability of a < z < b of a standard normal variable, without cancellation in the tails.
double normal_probability(double a, double b) {
  constexpr double root_half = 1.0 / std::numbers::sqrt2;
  if (a > 0.0) return 0.5 * (std::erfc(root_half * a) - std::erfc(root_half * b));
  if (b < 0.0) return 0.5 * (std::erfc(-root_half * b) - std::erfc(-root_half * a));
  return 0.5 * (std::erf(root_half * b) - std::erf(root_half * a));
}

class IonisationSmearing final : public Smearing {
 public:
  explicit IonisationSmearing(const IonisationResolution& resolution) : resolution_(resolution) {}

  void densities(std::span<const double> observed, double e_ee_MeV,
                 std::span<double> result) const override {
    const double sigma = width(e_ee_MeV);
    const double share = kept(in_keV(e_ee_MeV) / sigma);
    for (std::size_t i = 0; i < observed.size(); ++i) {
      const double z = (observed[i] - in_keV(e_ee_MeV)) / sigma;
      result[i] = is_truncated() && observed[i] <= 0.0
                      ? 0.0
                      : std::exp(-0.5 * z * z) / (std::sqrt(2.0 * constants::pi) * sigma) / share;
    }
  }

  [[nodiscard]] double probability(double lower, double upper, double e_ee_MeV) const override {
    if (is_truncated()) {
      lower = std::max(lower, 0.0);
      upper = std::max(upper, 0.0);
    }
    const double energy = in_keV(e_ee_MeV);
    const double sigma = width(e_ee_MeV);
    return normal_probability((lower - energy) / sigma, (upper - energy) / sigma) /
           kept(energy / sigma);
  }

  [[nodiscard]] double mean(double e_ee_MeV) const override {
    const double energy = in_keV(e_ee_MeV);
    if (!is_truncated()) return energy;
    const double sigma = width(e_ee_MeV);
    return energy + sigma * sigma * density_at_zero(energy, sigma) / kept(energy / sigma);
  }

  /// sigma [keV]
  [[nodiscard]] double width(double e_ee_MeV) const override {
    return std::sqrt(resolution_.noise_keV * resolution_.noise_keV +
                     resolution_.pair_energy_keV * resolution_.fano * in_keV(e_ee_MeV));
  }
  /// One sigma: eight points then interpolate a Gaussian within 4e-8 of its height (the Chebyshev
  /// coefficient 2 exp(-1/16) I_4(1/16)) and integrate it far better than that.
  [[nodiscard]] double largest_step_MeV(double e_ee_MeV) const override {
    return units::MeV_per_keV * width(e_ee_MeV);
  }

 private:
  static double in_keV(double e_ee_MeV) { return units::keV_per_MeV * e_ee_MeV; }
  static double density_at_zero(double energy, double sigma) {
    const double z = energy / sigma;
    return std::exp(-0.5 * z * z) / (std::sqrt(2.0 * constants::pi) * sigma);
  }
  [[nodiscard]] bool is_truncated() const { return resolution_.truncation == Truncation::at_zero; }
  /// Share of the Gaussian that the truncation leaves.
  [[nodiscard]] double kept(double sigmas_above_zero) const {
    return is_truncated() ? 0.5 * std::erfc(-sigmas_above_zero / std::numbers::sqrt2) : 1.0;
  }

  IonisationResolution resolution_;
};

}  // namespace

std::shared_ptr<const Smearing> ionisation_smearing(const IonisationResolution& resolution) {
  return std::make_shared<IonisationSmearing>(resolution);
}

}  // namespace nudipole::detector
