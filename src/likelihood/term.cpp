#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"
#include "term_evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace nudipole::likelihood {
namespace {

/// 1 + the sum of the nuisances that scale a process.
double scale(const std::vector<std::size_t>& scaled_by, const std::vector<double>& values) {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += values[k];
  return factor;
}

/// Values of some nuisances.
std::vector<double> values_of(const std::vector<std::size_t>& nuisances,
                              const std::vector<double>& values) {
  std::vector<double> chosen;
  chosen.reserve(nuisances.size());
  for (const std::size_t k : nuisances) chosen.push_back(values[k]);
  return chosen;
}

/// Everything that may move, for derivatives by all parameters.
std::vector<std::size_t> all_parameters(std::size_t poi_count, const Term& term) {
  std::vector<std::size_t> all(poi_count + term.nuisances().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// What evaluates a term at one point.
detail::TermEvaluator evaluator_at(const Term& term, const prediction::SignalPoint& signal,
                                   std::span<const double> pulls) {
  detail::TermEvaluator evaluator{term, signal.poi_count(),
                                  all_parameters(signal.poi_count(), term)};
  evaluator.set_signal(signal);
  evaluator.move(pulls);
  return evaluator;
}

}  // namespace

Term::Term(Definition definition) : definition_(std::move(definition)) {
  check_scaling();
  for (const Component& component : definition_.components) {
    if (static_cast<std::size_t>(component.events.rows()) != bin_count()) {
      throw Error(ErrorKind::unexpected, definition_.name + ": component '" + component.name +
                                             "' and the term have different numbers of bins");
    }
    const auto same = std::ranges::find_if(merged_, [&](const Component& other) {
      return other.scaled_by == component.scaled_by && other.variations == component.variations;
    });
    if (same == merged_.end()) {
      merged_.push_back(component);
    } else {
      same->events += component.events;
    }
  }
}

void Term::check_scaling() const {
  const auto check = [this](const std::string& process, const std::vector<std::size_t>& scaled_by) {
    for (std::size_t i = 0; i < scaled_by.size(); ++i) {
      for (std::size_t j = i + 1; j < scaled_by.size(); ++j) {
        const std::string& name_of_one = definition_.nuisances[scaled_by[i]].name;
        if (name_of_one != definition_.nuisances[scaled_by[j]].name) continue;
        throw ConfigError("two nuisances of " + definition_.name + " are called '" + name_of_one +
                              "' and both scale '" + process + "'",
                          {.hint = "one parameter would count twice there: keep two names"});
      }
    }
  };
  for (const Component& component : definition_.components) {
    check(component.name, component.scaled_by);
  }
  check("signal", definition_.signal_scaled_by);
}

Term Term::without(Role role) const {
  Definition rest = definition_;
  std::erase_if(rest.components,
                [role](const Component& component) { return component.role == role; });
  return Term{std::move(rest)};
}

Term Term::with_scaled(Role role, double factor) const {
  Definition scaled = definition_;
  for (Component& component : scaled.components) {
    if (component.role == role) component.events *= factor;
  }
  return Term{std::move(scaled)};
}

Term Term::with_exposure(double factor) const {
  Definition longer = definition_;
  for (Component& component : longer.components) component.events *= factor;
  for (auto& background : longer.parametric) background = with_events(background, factor);
  longer.statistic = longer.statistic->with_exposure(factor);
  return Term{std::move(longer)};
}

Term Term::with_bins(const std::vector<Eigen::Index>& bins) const {
  Definition part = definition_;
  part.bin_count = bins.size();
  for (Component& component : part.components) {
    component.events = Eigen::ArrayXXd{component.events(bins, Eigen::all)};
  }
  for (auto& background : part.parametric) background = with_bins_only(background, bins);
  part.statistic = part.statistic->with_bins(bins);
  return Term{std::move(part)};
}

Term Term::with_nuisances(std::vector<Nuisance> nuisances) const {
  if (nuisances.size() != definition_.nuisances.size()) {
    throw Error(ErrorKind::unexpected, name() + ": another number of nuisances");
  }
  Definition other = definition_;
  other.nuisances = std::move(nuisances);
  return Term{std::move(other)};
}

std::vector<double> Term::values(std::span<const double> pulls) const {
  std::vector<double> result(pulls.size());
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    result[k] = definition_.nuisances[k].value(pulls[k]);
  }
  return result;
}

Eigen::ArrayXd Term::parametric_events(const ParametricBackground& background,
                                       std::span<const double> pulls) const {
  return background.predict(values_of(background.nuisances(), values(pulls))).events;
}

Eigen::ArrayXd Term::component_events(const Component& component,
                                      std::span<const double> pulls) const {
  const std::vector<double> at = values(pulls);
  const double factor = scale(component.scaled_by, at);
  if (!component.variations) return factor * component.events.col(0);
  return factor * (component.events.matrix() * component.variations->weights(at).weights).array();
}

Eigen::ArrayXd Term::signal_events(const prediction::SignalPoint& signal,
                                   std::span<const double> pulls) const {
  Eigen::ArrayXd events = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(bin_count()));
  for (std::size_t b = 0; b < signal.templates.size(); ++b) {
    events += signal.strength[b] * component_events({.name = "signal",
                                                     .events = *signal.templates[b],
                                                     .scaled_by = definition_.signal_scaled_by,
                                                     .variations = definition_.signal_variations,
                                                     .role = Role::signal},
                                                    pulls);
  }
  return events;
}

Observed Term::observe(Eigen::ArrayXd values) const {
  if (static_cast<std::size_t>(values.size()) != bin_count()) {
    throw Error(ErrorKind::unexpected, name() + ": data of " + std::to_string(values.size()) +
                                           " bins for a prediction of " +
                                           std::to_string(bin_count()));
  }
  try {
    return statistic().observe(std::move(values));
  } catch (const DataError& error) {
    throw_with_context(error, name());
  }
}

Eigen::ArrayXd Term::expected(const prediction::SignalPoint& signal,
                              std::span<const double> pulls) const {
  return evaluator_at(*this, signal, pulls).expected();
}

double Term::evaluate(const prediction::SignalPoint& signal, std::span<const double> pulls,
                      const Observed& observed, std::span<double> gradient) const {
  detail::TermEvaluator evaluator = evaluator_at(*this, signal, pulls);
  const double value = evaluator.value(observed, gradient);
  if (!std::isfinite(value)) detail::throw_not_finite(evaluator);
  return value;
}

Eigen::MatrixXd Term::curvature(const prediction::SignalPoint& signal,
                                std::span<const double> pulls) const {
  const auto size = static_cast<Eigen::Index>(signal.poi_count() + definition_.nuisances.size());
  Eigen::MatrixXd hessian(size, size);
  evaluator_at(*this, signal, pulls).curvature(hessian);
  return hessian;
}

}  // namespace nudipole::likelihood
