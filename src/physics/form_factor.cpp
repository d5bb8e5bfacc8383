#include "nudipole/physics/form_factor.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"

#include <cmath>

namespace nudipole::physics {
namespace {

constexpr double surface_thickness_fm = 0.9;

/// 3 j1(x)/x; its series avoids the cancellation of sin x - x cos x at small x.
double three_j1_over_x(double x) {
  const double x2 = x * x;
  if (x2 < 0.01) return 1.0 - x2 / 10.0 * (1.0 - x2 / 28.0 * (1.0 - x2 / 54.0));
  return 3.0 * (std::sin(x) - x * std::cos(x)) / (x2 * x);
}

}  // namespace

HelmFormFactor::HelmFormFactor(double rms_radius_fm) {
  const double square =
      5.0 / 3.0 *
      (rms_radius_fm * rms_radius_fm - 3.0 * surface_thickness_fm * surface_thickness_fm);
  if (!(square > 0.0)) {
    throw DataError(
        "the Helm form factor has no rms radius of " + std::to_string(rms_radius_fm) + " fm",
        {.expected = "more than sqrt(3) x 0.9 fm = 1.56 fm"});
  }
  box_radius_fm_ = std::sqrt(square);
}

double HelmFormFactor::operator()(double q_MeV) const {
  const double q_per_fm = q_MeV / constants::hbar_c_MeV_fm;
  const double qs = q_per_fm * surface_thickness_fm;
  return three_j1_over_x(q_per_fm * box_radius_fm_) * std::exp(-0.5 * qs * qs);
}

}  // namespace nudipole::physics
