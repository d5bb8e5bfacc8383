#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/detector/smearing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nudipole::detector {
namespace {

class SquareRootSmearing final : public Smearing {
 public:
  explicit SquareRootSmearing(double coefficient_keV) : coefficient_keV_(coefficient_keV) {}

  void densities(std::span<const double> observed, double e_ee_MeV,
                 std::span<double> result) const override {
    std::ranges::fill(result, 0.0);
    if (e_ee_MeV <= 0.0) return;
    const double sigma = width(e_ee_MeV);
    for (std::size_t i = 0; i < observed.size(); ++i) {
      const double distance = (observed[i] - mean(e_ee_MeV)) / sigma;
      result[i] = std::exp(-0.5 * distance * distance) / (sigma * std::sqrt(2.0 * constants::pi));
    }
  }

  [[nodiscard]] double probability(double lower, double upper, double e_ee_MeV) const override {
    if (e_ee_MeV <= 0.0) return 0.0;
    const double centre = mean(e_ee_MeV);
    const double unit = width(e_ee_MeV) * std::numbers::sqrt2;
    // From the side on which the tail is small, so that nothing cancels.
    const double low = (lower - centre) / unit;
    const double high = (upper - centre) / unit;
    return low > 0.0 ? 0.5 * (std::erfc(low) - std::erfc(high))
                     : 0.5 * (std::erfc(-high) - std::erfc(-low));
  }

  [[nodiscard]] double mean(double e_ee_MeV) const override {
    return units::keV_per_MeV * e_ee_MeV;
  }
  [[nodiscard]] double width(double e_ee_MeV) const override {
    return coefficient_keV_ * std::sqrt(units::keV_per_MeV * e_ee_MeV);
  }

 private:
  double coefficient_keV_;
};

}  // namespace

std::shared_ptr<const Smearing> square_root_smearing(double coefficient_keV) {
  return std::make_shared<SquareRootSmearing>(coefficient_keV);
}

}  // namespace nudipole::detector
