#pragma once

#include <Eigen/Core>

#include <memory>
#include <variant>
#include <vector>

namespace nudipole::likelihood {

/// Data of one term, as its statistic has accepted them.
struct Observed {
  Eigen::ArrayXd values;  ///< [bin]
  double constant = 0.0;  ///< what of -2 ln L depends on the data alone
};

/// How data scatter about their expectation: what a toy has to draw.
struct PoissonSampling {};
struct GaussianSampling {
  Eigen::ArrayXd errors;  ///< one standard deviation [bin]
};
using Sampling = std::variant<PoissonSampling, GaussianSampling>;

/// The -2 ln L of binned data as a function of the expected events in each bin. It holds no data:
/// observed ones, Asimov data and toys are compared by one statistic.
class Statistic {
 public:
  virtual ~Statistic() = default;
  /// The statistic of an experiment that has run `factor` times as long: Gaussian errors grow with
  /// its square root, counts know their errors by themselves. \param factor  > 0
  [[nodiscard]] virtual std::shared_ptr<const Statistic> with_exposure(double factor) const = 0;
  /// The statistic of some bins alone. \param bins  ascending
  [[nodiscard]] virtual std::shared_ptr<const Statistic> with_bins(
      const std::vector<Eigen::Index>& bins) const = 0;
  /// \param values  [bin]
  /// \throws DataError for values that cannot be observed
  [[nodiscard]] virtual Observed observe(Eigen::ArrayXd values) const = 0;
  /// -2 ln L; not a number where it has no value.
  /// \param expected    mu [bin], > 0 where the statistic needs it
  /// \param derivative  out, so that a fit allocates once: d(-2 ln L)/d mu [bin]; may not alias
  ///                    `expected`
  virtual double deviance(const Eigen::ArrayXd& expected, const Observed& observed,
                          Eigen::ArrayXd& derivative) const = 0;
  /// First and second derivative of -2 ln L by mu [bin], without its value: that is what needs
  /// logarithms, and a fit on its way can do without. \return false where -2 ln L has no value
  [[nodiscard]] virtual bool derivatives(const Eigen::ArrayXd& expected, const Observed& observed,
                                         Eigen::ArrayXd& first, Eigen::ArrayXd& second) const = 0;
  /// Second derivative of -2 ln L by mu [bin], averaged over data that follow `expected`.
  [[nodiscard]] Eigen::ArrayXd curvature(const Eigen::ArrayXd& expected) const {
    Eigen::ArrayXd result;
    curvature(expected, result);
    return result;
  }
  /// The same into an array that a fit has.
  virtual void curvature(const Eigen::ArrayXd& expected, Eigen::ArrayXd& result) const = 0;
  [[nodiscard]] virtual Sampling sampling() const = 0;

 protected:
  Statistic() = default;
  Statistic(const Statistic&) = default;
  Statistic& operator=(const Statistic&) = default;
  Statistic(Statistic&&) = default;
  Statistic& operator=(Statistic&&) = default;
};

/// Poisson deviance 2 sum [mu - n + n ln(n/mu)], with n ln n = 0 at n = 0 (Baker and Cousins, Nucl.
/// Instrum. Meth. 221 (1984) 437). Data: events >= 0, not necessarily whole.
std::shared_ptr<const Statistic> poisson_deviance();

/// The same where shape nuisances can drive a bin's prediction below zero far from their prior:
/// with a floor f > 0 a prediction mu < f counts as f^2/(2 f - mu), which is positive and joins mu
/// at f with equal slope. Predictions above the floor are untouched. \param floor  events, > 0;
/// below every prediction that a sensible fit makes
std::shared_ptr<const Statistic> poisson_deviance(double floor);

/// Sum ((mu - n)/error)^2. Data: any finite values, as many as errors.
/// \param errors  one standard deviation [bin], > 0
std::shared_ptr<const Statistic> gaussian_chi2(Eigen::ArrayXd errors);

}  // namespace nudipole::likelihood
