#pragma once

#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/limit.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "nudipole/prediction/signal.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace nudipole::inference {

/// One fit: parameters of interest, given or found, and the nuisances at their minimum.
struct ProfilePoint {
  std::vector<double> poi;       ///< e.g. squared couplings [mu_B^2]
  double minus_two_log_l = 0.0;  ///< minimum over all that was free
  std::vector<double> slope;     ///< [poi] d(-2 ln L)/d poi along the profile (envelope theorem)
  std::vector<double> pulls;     ///< [nuisance]
  fit::FitStatus status = fit::FitStatus::not_done;
  int evaluations = 0;
  /// The parts of -2 ln L: one for each term, then the sum of the priors.
  std::vector<double> parts{};
};

/// The minimum over parameters of interest >= 0, and the fit without any signal that it began with.
struct BestFit {
  ProfilePoint best;
  ProfilePoint without_signal;
};

namespace detail {
class Band;
class Fitter;
class Rise;
}  // namespace detail

/// Profile likelihood of one observation in the parameters of interest, over all nuisances that are
/// not fixed. Every fit starts from the same point (no pulls, no signal) unless it is given
/// another, so a result depends on nothing but its own arguments. Fits throw NumericalError where
/// -2 ln L has no value.
///
/// Fits use one memory after the other, which belongs to the profile and its copies: one thread at
/// a time.
class Profile {
 public:
  /// \param signals  one for each term, all with the same parameters of interest
  /// \throws Error (unexpected) for another number of signals or data than terms, or when the
  ///         signals differ in their number of parameters
  Profile(std::shared_ptr<const likelihood::Joint> joint, prediction::Signals signals,
          std::shared_ptr<const likelihood::Observation> observation,
          const fit::Settings& settings);

  /// The profile of another observation.
  [[nodiscard]] Profile with(std::shared_ptr<const likelihood::Observation> observation) const {
    Profile other = *this;
    other.observe(std::move(observation));
    return other;
  }

  /// True when no signal has events: the mass is out of reach.
  [[nodiscard]] bool is_closed() const;
  [[nodiscard]] std::size_t poi_count() const { return signals_.front()->poi_count(); }
  /// The value of the single parameter of interest above which the signals get smaller again: the
  /// smallest of those of all data sets. Infinite as a rule.
  [[nodiscard]] double rises_to() const;

  /// Goes on with another observation of the same likelihood, e.g. the next toy.
  /// \throws Error (unexpected) for data of another number of terms
  void observe(std::shared_ptr<const likelihood::Observation> observation);

  /// Minimum over the nuisances. \param poi  [poi_count()], each >= 0
  [[nodiscard]] ProfilePoint at(std::span<const double> poi) const;
  /// The same for a single parameter of interest.
  [[nodiscard]] ProfilePoint at(double poi) const { return at(std::span{&poi, 1}); }
  /// The same from other pulls than none, near which the minimum may be: those a toy was made with.
  /// \param start  [nuisance], inside the bounds
  [[nodiscard]] ProfilePoint at(std::span<const double> poi, std::vector<double> start) const;

  /// Minimum over the nuisances and those parameters of interest that are not given, each >= 0.
  /// \param given  [poi_count()]
  [[nodiscard]] ProfilePoint minimum(std::span<const std::optional<double>> given) const;
  /// The same from other pulls than none. \param start  [nuisance], inside the bounds
  [[nodiscard]] ProfilePoint minimum(std::span<const std::optional<double>> given,
                                     std::vector<double> start) const;

  /// Minimum over all parameters, from where another fit ended.
  [[nodiscard]] ProfilePoint minimum_from(const ProfilePoint& start) const;

  /// Minimum over all parameters. A signal of one parameter that falls again may be as large at two
  /// values: both are looked at.
  [[nodiscard]] BestFit best_fit() const;
  /// The same from other pulls than none. \param start  [nuisance], inside the bounds
  [[nodiscard]] BestFit best_fit(std::vector<double> start) const;

  /// Upper limit on one parameter of interest, the others profiled: where -2 ln L has risen by
  /// `delta_chi2` above the best fit, on the exact profile. Where a signal falls again (`rises_to`)
  /// excluded values may end: the limit then knows both ends.
  /// \param best     over all parameters
  /// \param largest  where the search ends, in the unit of the parameter
  [[nodiscard]] Limit upper_limit(const ProfilePoint& best, std::size_t poi, double delta_chi2,
                                  double largest) const;
  /// The same for the single parameter of interest. \throws Error (unexpected) for several
  [[nodiscard]] Limit upper_limit(const ProfilePoint& best, double delta_chi2,
                                  double largest) const;
  /// The same for several thresholds, which share their fits.
  [[nodiscard]] std::vector<Limit> upper_limits(const ProfilePoint& best, std::size_t poi,
                                                std::span<const double> delta_chi2,
                                                double largest) const;
  /// A value of the single parameter of interest at which -2 ln L is at least `ceiling` above the
  /// best fit, and not much more; none up to `largest`, when a fit did not converge, or where the
  /// signal falls again below `largest`. Larger
  /// values have a larger -2 ln L still: with a signal that grows with the parameter, a fit that
  /// likes it smaller has to pay for it with nuisances, the more the larger the parameter.
  [[nodiscard]] std::optional<double> beyond(const ProfilePoint& best, double ceiling,
                                             double largest) const;
  /// The end below the best fit; 0 where -2 ln L has not risen so far without signal.
  /// \throws Error (unexpected) for several parameters of interest
  [[nodiscard]] Limit lower_end(const ProfilePoint& best, double delta_chi2) const;

 private:
  friend class detail::Band;
  friend class detail::Rise;

  /// Fits in which these parameters of interest move.
  [[nodiscard]] detail::Fitter& fitter(const std::vector<std::size_t>& pois) const;
  /// Fits in which all of them move.
  [[nodiscard]] detail::Fitter& all_pois() const;
  /// The minimum that is reached from no signal, and that fit itself.
  [[nodiscard]] BestFit below_turn(std::vector<double> start) const;
  /// Leaves a minimum at the bound 0 of some parameters of interest if -2 ln L falls from there.
  [[nodiscard]] ProfilePoint improve(const ProfilePoint& at_bound,
                                     std::vector<std::size_t> pois) const;
  /// The fit in which these parameters of interest move too.
  [[nodiscard]] ProfilePoint freed(const ProfilePoint& start,
                                   const std::vector<std::size_t>& pois) const;
  /// The minimum of a single parameter between two values with a slope below 0 and one not below.
  [[nodiscard]] ProfilePoint between(const ProfilePoint& low, const ProfilePoint& high) const;
  /// The least minimum above the value up to which the signal grows, or the given one.
  [[nodiscard]] ProfilePoint or_beyond_turn(const ProfilePoint& below) const;
  void require_one_poi() const;

  std::shared_ptr<const likelihood::Joint> joint_;
  prediction::Signals signals_;
  std::shared_ptr<const likelihood::Observation> observation_;
  fit::Settings settings_;
  /// Made when they are needed first.
  std::shared_ptr<std::vector<std::unique_ptr<detail::Fitter>>> fitters_;
  mutable std::optional<std::vector<double>> start_{};  ///< pulls of the fit without signal
};

}  // namespace nudipole::inference
