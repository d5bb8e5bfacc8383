#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/prediction/signal.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// The likelihood of a configuration at one mass as a function of the coupling d and of the pulls
/// of the nuisances: what a sampler, a minimiser or a program of one's own evaluates. It owns what
/// it needs; copies share it. Threads may use one at the same time.
///
/// Arguments that all functions share: `coupling_mu_B` d [mu_B], of either sign, as only d^2
/// counts; `pulls` [nuisance], inside the bounds; none: all at 0, the centres of the nuisances.
/// \throws ConfigError for another number of pulls, and for a pull outside its bounds;
///         NumericalError where -2 ln L has no value
class MassLikelihood {
 public:
  /// Computes the templates of one mass.
  /// \throws ConfigError when the configuration gives a bound, or several couplings
  MassLikelihood(const std::shared_ptr<const Setup>& setup, double mass_MeV);

  [[nodiscard]] double mass_MeV() const { return mass_MeV_; }
  [[nodiscard]] const Setup& setup() const { return *setup_; }
  [[nodiscard]] const likelihood::Joint& joint() const { return *measured_.joint; }
  [[nodiscard]] const std::vector<likelihood::Nuisance>& nuisances() const {
    return measured_.joint->nuisances();
  }
  /// True when no N of this mass can be produced: no coupling changes anything.
  [[nodiscard]] bool is_closed() const { return fresh_profile().is_closed(); }

  /// -2 ln L with priors.
  [[nodiscard]] double operator()(double coupling_mu_B, std::span<const double> pulls = {}) const;
  /// Derivatives of -2 ln L [1 + nuisance]: by d [1/mu_B], which is 2 d times that by x = d^2, and
  /// by each pull.
  [[nodiscard]] std::vector<double> gradient(double coupling_mu_B,
                                             std::span<const double> pulls = {}) const;
  /// Expected Hessian [nuisance, nuisance] of -2 ln L by the pulls.
  [[nodiscard]] Eigen::MatrixXd curvature(double coupling_mu_B,
                                          std::span<const double> pulls = {}) const;
  /// Expected values [bin], all data sets one after the other.
  [[nodiscard]] Eigen::ArrayXd expected(double coupling_mu_B,
                                        std::span<const double> pulls = {}) const;
  /// What is compared with them [bin]: measured, or given by with_data.
  [[nodiscard]] Eigen::ArrayXd observed() const;

  /// Minimum over the nuisances.
  [[nodiscard]] inference::ProfilePoint profile(double coupling_mu_B) const;
  /// Minimum over the nuisances and d >= 0.
  [[nodiscard]] inference::ProfilePoint best_fit() const { return fresh_profile().best_fit().best; }
  /// Upper limit on d [mu_B]: where the profile has risen above the best fit by the Delta chi2 of
  /// the confidence level, as the configuration defines it (`limits.thresholds`). It is searched up
  /// to the largest coupling of the configuration.
  /// \param confidence  in (0, 1)
  /// \param dof         >= 1
  [[nodiscard]] inference::Limit limit(double confidence, int dof) const;

  /// The same model with other data: Asimov data, or a toy.
  /// \param values   [bin]
  /// \param centres  [nuisance] of the Gaussian priors in pulls, which a toy draws as well; none: 0
  /// \throws ConfigError for another number of bins; DataError for values that cannot be observed
  [[nodiscard]] MassLikelihood with_data(const Eigen::ArrayXd& values,
                                         std::span<const double> centres = {}) const;

 private:
  MassLikelihood(std::shared_ptr<const Setup> setup, double mass_MeV, prediction::Signals signals,
                 Measured measured);

  /// A profile for one call: threads share no memory, and no result depends on earlier calls.
  [[nodiscard]] inference::Profile fresh_profile() const;
  [[nodiscard]] std::vector<prediction::SignalPoint> signals_at(double coupling_mu_B) const;
  /// The pulls, or zeros for none.
  [[nodiscard]] std::vector<double> checked(std::span<const double> pulls) const;

  std::shared_ptr<const Setup> setup_;
  double mass_MeV_;
  prediction::Signals signals_;
  Measured measured_;
};

}  // namespace nudipole::campaign
