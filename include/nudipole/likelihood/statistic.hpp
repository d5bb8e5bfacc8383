#pragma once

#include <Eigen/Core>

#include <memory>

namespace nudipole::likelihood {

/// The -2 ln L of binned data as a function of the expected events in each bin.
class Statistic {
 public:
  virtual ~Statistic() = default;
  /// \param expected    mu [bin], > 0 where the statistic needs it
  /// \param derivative  out: d(-2 ln L)/d mu [bin]; may not alias `expected`
  virtual double evaluate(const Eigen::ArrayXd& expected, Eigen::ArrayXd& derivative) const = 0;
  /// Expected second derivative of -2 ln L by mu [bin] at `expected`.
  [[nodiscard]] virtual Eigen::ArrayXd curvature(const Eigen::ArrayXd& expected) const = 0;
  [[nodiscard]] virtual const Eigen::ArrayXd& data() const = 0;

 protected:
  Statistic() = default;
  Statistic(const Statistic&) = default;
  Statistic& operator=(const Statistic&) = default;
  Statistic(Statistic&&) = default;
  Statistic& operator=(Statistic&&) = default;
};

/// Poisson deviance 2 sum [mu - n + n ln(n/mu)], with n ln n = 0 at n = 0 (Baker and Cousins, Nucl.
/// Instrum. Meth. 221 (1984) 437).
/// \param counts  observed events [bin], >= 0
std::shared_ptr<const Statistic> poisson_deviance(Eigen::ArrayXd counts);

/// The same where shape nuisances can drive a bin's prediction below zero far from their prior:
/// with a floor f > 0 a prediction mu < f counts as f^2/(2 f - mu), which is positive and joins mu
/// at f with equal slope. Predictions above the floor are untouched. \param floor  events, > 0;
/// below every prediction that a sensible fit makes
std::shared_ptr<const Statistic> poisson_deviance(Eigen::ArrayXd counts, double floor);

/// Sum ((mu - n)/error)^2.
/// \param values  measured [bin]
/// \param errors  one standard deviation [bin], > 0
std::shared_ptr<const Statistic> gaussian_chi2(Eigen::ArrayXd values, Eigen::ArrayXd errors);

}  // namespace nudipole::likelihood
