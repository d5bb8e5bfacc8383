#include "nudipole/inference/signal_strength.hpp"

#include "nudipole/core/error.hpp"

#include <string>

namespace nudipole::inference {
namespace {

/// Sum of the components of role `signal` [bin, variant]: they share variants, being one process to
/// the nuisances.
Eigen::ArrayXXd signal_of(const likelihood::Term& term) {
  Eigen::ArrayXXd sum;
  for (const likelihood::Component& component : term.components()) {
    if (component.role != likelihood::Role::signal) continue;
    if (sum.size() == 0) {
      sum = component.events;
    } else {
      sum += component.events;
    }
  }
  if (sum.size() == 0) {
    throw ConfigError(term.name() + " has no Standard Model signal, and no strength of it");
  }
  return sum;
}

double require_ok(const Limit& limit, const char* which) {
  if (limit.status == LimitStatus::ok) return limit.poi;
  throw NumericalError(std::string{"no "} + which + " end of the signal strength was found (" +
                       std::string{to_string(limit.status)} + ")");
}

}  // namespace

SignalStrength fit_signal_strength(const likelihood::Joint& joint,
                                   std::shared_ptr<const likelihood::Observation> observation,
                                   const fit::Settings& settings, double delta_chi2) {
  std::vector<likelihood::Term> without_signal;
  prediction::Signals signals;
  double events = 0.0;
  for (const likelihood::Term& term : joint.terms()) {
    without_signal.push_back(term.without(likelihood::Role::signal));
    std::vector<Eigen::ArrayXXd> signal{signal_of(term)};
    events += signal.front().col(0).sum();
    signals.push_back(std::make_shared<prediction::LinearSignal>(std::move(signal)));
  }
  const Profile profile{std::make_shared<likelihood::Joint>(std::move(without_signal)),
                        std::move(signals), std::move(observation), settings};
  const ProfilePoint best = profile.best_fit().best;
  constexpr double largest_strength = 1.0e6;  // far above anything data allow
  return {.best = best.poi.front(),
          .lower = require_ok(profile.lower_end(best, delta_chi2), "lower"),
          .upper = require_ok(profile.upper_limit(best, delta_chi2, largest_strength), "upper"),
          .standard_model_events = events,
          .best_fit = best,
          .standard_model = profile.at(1.0)};
}

}  // namespace nudipole::inference
