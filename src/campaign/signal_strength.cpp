#include "nudipole/campaign/signal_strength.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/inference/interval.hpp"

#include <algorithm>
#include <array>

namespace nudipole::campaign {
namespace {

/// Components that are Standard Model neutrino signals.
const std::array<std::string, 2>& signal_names() {
  static const std::array<std::string, 2> names{"cevns", "eves"};
  return names;
}

/// Sum of the signal components [bin, variant].
Eigen::ArrayXXd signal_of(const likelihood::Term& term) {
  Eigen::ArrayXXd sum;
  for (const likelihood::Component& component : term.components()) {
    if (std::ranges::find(signal_names(), component.name) == signal_names().end()) continue;
    if (sum.size() == 0) {
      sum = component.events;
    } else {
      sum += component.events;
    }
  }
  return sum;
}

double require_ok(const inference::Limit& limit, const char* which) {
  if (limit.status == inference::LimitStatus::ok) return limit.x_mu_B2;
  throw NumericalError(std::string{"no "} + which + " end of the signal strength was found (" +
                       std::string{to_string(limit.status)} + ")");
}

}  // namespace

SignalStrength fit_signal_strength(const Setup& setup, double delta_chi2) {
  std::vector<likelihood::Term> without_signal;
  likelihood::PortalTemplates signals;
  double events = 0.0;
  for (const likelihood::Term& term : setup.likelihood().joint.terms()) {
    without_signal.push_back(term.without(signal_names()));
    signals.push_back(signal_of(term));
    events += signals.back().col(0).sum();
  }
  const likelihood::Joint joint{std::move(without_signal)};
  const inference::Profile profile{joint, signals, setup.config().fit};
  const inference::ProfilePoint best = profile.best_fit();
  constexpr double largest_strength = 1.0e6;  // far above anything data allow
  return {.best = best.x_mu_B2,
          .lower = require_ok(inference::lower_end(profile, best, delta_chi2), "lower"),
          .upper = require_ok(profile.upper_limit(best, delta_chi2, largest_strength), "upper"),
          .standard_model_events = events,
          .best_fit = best,
          .standard_model = profile.at(1.0)};
}

}  // namespace nudipole::campaign
