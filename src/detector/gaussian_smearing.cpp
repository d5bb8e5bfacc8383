#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/detector/smearing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nudipole::detector {
namespace {

class GaussianSmearing final : public Smearing {
 public:
  GaussianSmearing(const ResolutionPolynomial& resolution, const PositionCurve& position)
      : resolution_(resolution), position_(position) {}

  void densities(std::span<const double> observed, double e_ee_MeV,
                 std::span<double> result) const override {
    std::ranges::fill(result, 0.0);
    if (e_ee_MeV <= 0.0) return;
    const double centre = mean(e_ee_MeV);
    const double sigma = width(e_ee_MeV);
    const double height = 1.0 / (sigma * std::sqrt(2.0 * constants::pi));
    for (std::size_t i = 0; i < observed.size(); ++i) {
      const double z = (observed[i] - centre) / sigma;
      result[i] = height * std::exp(-0.5 * z * z);
    }
  }

  [[nodiscard]] double probability(double lower, double upper, double e_ee_MeV) const override {
    if (e_ee_MeV <= 0.0) return 0.0;
    const double unit = width(e_ee_MeV) * std::numbers::sqrt2;
    // From the side on which the tail is small, so that nothing cancels.
    const double low = (lower - mean(e_ee_MeV)) / unit;
    const double high = (upper - mean(e_ee_MeV)) / unit;
    return low > 0.0 ? 0.5 * (std::erfc(low) - std::erfc(high))
                     : 0.5 * (std::erfc(-high) - std::erfc(-low));
  }

  /// As above, with the tail beyond each edge worked out once for the bins on its two sides.
  void probabilities(std::span<const double> edges, double e_ee_MeV,
                     std::span<double> result) const override {
    if (e_ee_MeV <= 0.0) {
      std::ranges::fill(result, 0.0);
      return;
    }
    const double unit = width(e_ee_MeV) * std::numbers::sqrt2;
    const double centre = mean(e_ee_MeV);
    // Edges at or below the centre have their small tail below, the others above.
    double low = (edges[0] - centre) / unit;
    double below = low > 0.0 ? 0.0 : std::erfc(-low);
    double above = low > 0.0 ? std::erfc(low) : 0.0;
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
      const double high = (edges[bin + 1] - centre) / unit;
      const double above_high = high > 0.0 ? std::erfc(high) : 0.0;
      const double below_high = high > 0.0 && low > 0.0 ? 0.0 : std::erfc(-high);
      result[bin] = low > 0.0 ? 0.5 * (above - above_high) : 0.5 * (below_high - below);
      low = high;
      below = below_high;
      above = above_high;
    }
  }

  [[nodiscard]] double mean(double e_ee_MeV) const override {
    return position_.position_keV(units::keV_per_MeV * e_ee_MeV);
  }
  [[nodiscard]] double width(double e_ee_MeV) const override {
    const double energy_keV = units::keV_per_MeV * e_ee_MeV;
    const double sigma = resolution_.width_keV(energy_keV);
    if (!(sigma > 0.0)) {
      throw NumericalError("the energy resolution is not positive",
                           {.where = "at " + shortest_text(energy_keV) + " keV",
                            .hint = "check the coefficients of the smearing"});
    }
    return sigma;
  }
  /// One sigma, as for any Gaussian: eight points then interpolate it within 4e-8 of its height.
  [[nodiscard]] double largest_step_MeV(double e_ee_MeV) const override {
    const double slope = std::abs(position_.slope_at(units::keV_per_MeV * e_ee_MeV));
    return units::MeV_per_keV * width(e_ee_MeV) / std::max(1.0, slope);
  }

 private:
  ResolutionPolynomial resolution_;
  PositionCurve position_;
};

}  // namespace

double ResolutionPolynomial::width_keV(double energy_keV) const {
  return constant + root * std::sqrt(energy_keV) +
         energy_keV * (linear + energy_keV * (quadratic + energy_keV * cubic));
}

double PositionCurve::position_keV(double energy_keV) const {
  return offset + energy_keV * (slope + energy_keV * quadratic) +
         exponential * std::exp(-energy_keV / decay);
}

double PositionCurve::slope_at(double energy_keV) const {
  return slope + 2.0 * energy_keV * quadratic - exponential / decay * std::exp(-energy_keV / decay);
}

std::shared_ptr<const Smearing> gaussian_smearing(const ResolutionPolynomial& resolution,
                                                  const PositionCurve& position) {
  return std::make_shared<GaussianSmearing>(resolution, position);
}

}  // namespace nudipole::detector
