#pragma once

#include "nudipole/likelihood/statistic.hpp"

#include <Eigen/Core>

namespace nudipole::likelihood {

/// One standard deviation of measured values [bin], for figures: sqrt(n) of counts, the errors of
/// Gaussian data.
Eigen::ArrayXd data_errors(const Sampling& sampling, const Eigen::ArrayXd& observed);

/// How far measured values lie from expected ones, in standard deviations [bin]: (n - mu)/error of
/// Gaussian data; of counts the signed root of the bin's deviance,
/// sign(n - mu) sqrt(2 [mu - n + n ln(n/mu)]). The squares add up to -2 ln L without priors. Not a
/// number where that has no value (mu <= 0 with data).
Eigen::ArrayXd residuals(const Sampling& sampling, const Eigen::ArrayXd& expected,
                         const Eigen::ArrayXd& observed);

}  // namespace nudipole::likelihood
