#include "nudipole/likelihood/residuals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::likelihood {
namespace {

double poisson_residual(double expected, double observed) {
  if (observed == 0.0 && expected == 0.0) return 0.0;
  if (!(expected > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const double entropy = observed > 0.0 ? observed * std::log(observed / expected) : 0.0;
  // Rounding must not make the deviance of an exact prediction negative.
  const double deviance = std::max(2.0 * (expected - observed + entropy), 0.0);
  return std::copysign(std::sqrt(deviance), observed - expected);
}

}  // namespace

Eigen::ArrayXd data_errors(const Sampling& sampling, const Eigen::ArrayXd& observed) {
  if (const auto* gaussian = std::get_if<GaussianSampling>(&sampling)) return gaussian->errors;
  return observed.sqrt();
}

Eigen::ArrayXd residuals(const Sampling& sampling, const Eigen::ArrayXd& expected,
                         const Eigen::ArrayXd& observed) {
  if (const auto* gaussian = std::get_if<GaussianSampling>(&sampling)) {
    return (observed - expected) / gaussian->errors;
  }
  Eigen::ArrayXd result(observed.size());
  for (Eigen::Index bin = 0; bin < observed.size(); ++bin) {
    result(bin) = poisson_residual(expected(bin), observed(bin));
  }
  return result;
}

}  // namespace nudipole::likelihood
