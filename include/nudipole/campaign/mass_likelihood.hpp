#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/flavour.hpp"
#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/prediction/signal.hpp"

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// Values of the couplings d [mu_B] of a configuration, in its order. They may be of either sign:
/// only their squares count. A single number stands for the value of a single coupling.
class Couplings {
 public:
  Couplings(double single_mu_B) : count_{1} { values_mu_B_.front() = single_mu_B; }
  /// \throws ConfigError for more than there can be
  Couplings(std::span<const double> values_mu_B);
  Couplings(const std::vector<double>& values_mu_B) : Couplings(std::span{values_mu_B}) {}
  /// Roots of the parameters of interest of a fit.
  static Couplings of(const inference::ProfilePoint& point);

  [[nodiscard]] std::span<const double> values_mu_B() const {
    return std::span{values_mu_B_}.first(count_);
  }

 private:
  std::array<double, flavour_count> values_mu_B_{};
  std::size_t count_;
};

/// What the other couplings do where a limit is on one of several.
enum class OtherCouplings {
  profiled,  ///< at their best values
  zero
};

/// The likelihood of a configuration at one mass as a function of the coupling d, or of several,
/// and of the pulls of the nuisances: what a sampler, a minimiser or a program of one's own
/// evaluates. It owns what it needs; copies share it. Threads may use one at the same time.
///
/// Arguments that all functions share: `couplings`; `pulls` [nuisance], inside the bounds; none:
/// all at 0, the centres of the nuisances.
/// \throws ConfigError for another number of couplings or pulls, and for a pull outside its bounds;
///         NumericalError where -2 ln L has no value
class MassLikelihood {
 public:
  /// Computes the templates of one mass.
  /// \throws ConfigError when the configuration gives a bound
  MassLikelihood(const std::shared_ptr<const Setup>& setup, double mass_MeV);

  [[nodiscard]] double mass_MeV() const { return mass_MeV_; }
  [[nodiscard]] const Setup& setup() const { return *setup_; }
  [[nodiscard]] const likelihood::Joint& joint() const { return *measured_.joint; }
  [[nodiscard]] const std::vector<likelihood::Nuisance>& nuisances() const {
    return measured_.joint->nuisances();
  }
  /// Of the configuration.
  [[nodiscard]] std::size_t coupling_count() const { return setup_->config().couplings.size(); }
  /// True when no N of this mass can be produced: no coupling changes anything.
  [[nodiscard]] bool is_closed() const;

  /// -2 ln L with priors.
  [[nodiscard]] double operator()(const Couplings& couplings,
                                  std::span<const double> pulls = {}) const;
  /// Derivatives of -2 ln L [coupling..., nuisance...]: by each d [1/mu_B], which is 2 d times that
  /// by x = d^2, and by each pull.
  [[nodiscard]] std::vector<double> gradient(const Couplings& couplings,
                                             std::span<const double> pulls = {}) const;
  /// Expected Hessian [nuisance, nuisance] of -2 ln L by the pulls.
  [[nodiscard]] Eigen::MatrixXd curvature(const Couplings& couplings,
                                          std::span<const double> pulls = {}) const;
  /// Expected values [bin], all data sets one after the other.
  [[nodiscard]] Eigen::ArrayXd expected(const Couplings& couplings,
                                        std::span<const double> pulls = {}) const;
  /// What is compared with them [bin]: measured, or given by with_data.
  [[nodiscard]] Eigen::ArrayXd observed() const;
  /// Centres of the Gaussian priors [nuisance], in pulls: 0, or given by with_data.
  [[nodiscard]] const std::vector<double>& centres() const {
    return measured_.observation->centres;
  }
  /// Whether it has the data that were measured, not others of with_data.
  [[nodiscard]] bool has_measured_data() const {
    return measured_.observation == setup_->likelihood().observation;
  }

  /// Minimum over the nuisances.
  [[nodiscard]] inference::ProfilePoint profile(const Couplings& couplings) const;
  /// Minimum over the nuisances and all d >= 0.
  [[nodiscard]] inference::ProfilePoint best_fit() const;
  /// Upper limit on d [mu_B]: where the profile has risen above the best fit by the Delta chi2 of
  /// the confidence level, as the configuration defines it (`limits.thresholds`). It is searched up
  /// to the largest coupling of the configuration.
  /// \param confidence  in (0, 1)
  /// \param dof         >= 1
  /// \throws ConfigError when there are several couplings
  [[nodiscard]] inference::Limit limit(double confidence, int dof) const;
  /// The same on each of the couplings [coupling].
  [[nodiscard]] std::vector<inference::Limit> limits(
      double confidence, int dof, OtherCouplings others = OtherCouplings::profiled) const;

  /// The same model with other data: Asimov data, or a toy.
  /// \param values   [bin]
  /// \param centres  [nuisance] of the Gaussian priors in pulls, which a toy draws as well; none: 0
  /// \throws ConfigError for another number of bins; DataError for values that cannot be observed
  [[nodiscard]] MassLikelihood with_data(const Eigen::ArrayXd& values,
                                         std::span<const double> centres = {}) const;

 private:
  MassLikelihood(std::shared_ptr<const Setup> setup, double mass_MeV, prediction::Signals signals,
                 Measured measured);

  class Profiles;

  /// The squares of the couplings [mu_B^2]. \throws ConfigError
  [[nodiscard]] std::vector<double> squares(const Couplings& couplings) const;
  [[nodiscard]] std::vector<prediction::SignalPoint> signals_at(const Couplings& couplings) const;
  /// The pulls, or zeros for none.
  [[nodiscard]] std::vector<double> checked(std::span<const double> pulls) const;

  std::shared_ptr<const Setup> setup_;
  double mass_MeV_;
  prediction::Signals signals_;
  Measured measured_;
  std::shared_ptr<Profiles> profiles_;
};

}  // namespace nudipole::campaign
