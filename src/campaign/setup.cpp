#include "nudipole/campaign/setup.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <sstream>

namespace nudipole::campaign {
namespace {

using experiment::Experiment;

/// A bound stands alone: it has no -2 ln L that could be added to others, and one confidence level.
void check_bounds(const RunConfig& config, const std::vector<Experiment>& experiments) {
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const Experiment& experiment = experiments[i];
    const std::string& where = config.experiments[i].where;
    const inference::RatioBound* bound = experiment.ratio_bound();
    if (bound == nullptr) continue;
    const std::string what = "experiment " + experiment.name() + " gives a bound, not a likelihood";
    if (experiments.size() > 1) {
      throw ConfigError(
          what + ": it cannot be combined with others",
          {.where = where, .hint = "scan it by itself and draw the two results together"});
    }
    if (config.limits.confidence != std::vector{bound->confidence()}) {
      std::ostringstream level;
      level << bound->confidence();
      throw ConfigError(what + ": it exists at one confidence level only",
                        {.where = where,
                         .expected = "limits.confidence: [" + level.str() + "]",
                         .hint = "the published flux limit has that level"});
    }
    if (config.limits.dof != std::vector{1}) {
      throw ConfigError(what + ": it has no other degrees of freedom",
                        {.where = where, .expected = "limits.dof: [1]"});
    }
    if (config.couplings.size() > 1) {
      throw ConfigError(what + ": it has one coupling",
                        {.where = where, .expected = "flavour, or couplings in fixed ratios"});
    }
    if (config.limits.each_experiment) {
      throw ConfigError(what + ": it has no parts",
                        {.where = where, .expected = "limits.each_experiment: false"});
    }
    if (config.limits.expected) {
      throw ConfigError(what + ": it has no data that could be replaced by those expected",
                        {.where = where, .expected = "limits.expected: false"});
    }
  }
}

std::vector<Experiment> load_experiments(const RunConfig& config, experiment::DataFolder& data) {
  std::vector<Experiment> experiments;
  for (const experiment::Selection& selection : config.experiments) {
    experiments.push_back(Experiment::load(data, selection));
  }
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const Experiment& one = experiments[i];
    for (const auto& [other, reason] : one.overlaps()) {
      if (std::ranges::find(experiments, other, &Experiment::name) == experiments.end()) continue;
      throw ConfigError(
          "experiments " + one.name() + " and " + other + " are not independent: " + reason,
          {.where = config.experiments[i].where, .hint = "remove one of them"});
    }
  }
  check_bounds(config, experiments);
  return experiments;
}

Measured measured(std::vector<likelihood::Term> terms, std::vector<Eigen::ArrayXd> values) {
  const auto joint = std::make_shared<likelihood::Joint>(std::move(terms));
  return {joint, std::make_shared<likelihood::Observation>(joint->observe(std::move(values)))};
}

std::variant<Likelihood, inference::RatioBound> make_constraint(
    const RunConfig& config, const std::vector<Experiment>& experiments) {
  if (const inference::RatioBound* bound = experiments.front().ratio_bound()) return *bound;
  std::vector<likelihood::Term> terms;
  std::vector<Eigen::ArrayXd> values;
  for (const Experiment& experiment : experiments) {
    terms.push_back(experiment.term());
    values.push_back(experiment.observed());
  }
  Likelihood all{measured(with_changes(terms, config.nuisances), values), {}};
  if (config.limits.each_experiment) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      all.single.push_back(measured({all.joint->terms()[i]}, {values[i]}));
    }
  }
  return all;
}

}  // namespace

Setup::Setup(RunConfig config, experiment::DataFolder& data)
    : config_(std::move(config)),
      experiments_(load_experiments(config_, data)),
      constraint_(make_constraint(config_, experiments_)),
      files_(data.files_read()) {}

std::vector<std::string> Setup::experiment_names() const {
  std::vector<std::string> names;
  names.reserve(experiments_.size());
  for (const Experiment& experiment : experiments_) names.push_back(experiment.name());
  return names;
}

std::vector<double> Setup::end_points_MeV() const {
  std::vector<double> energies_MeV(experiments_.size(), 0.0);
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    const auto& source = experiments_[i].signal().source();
    for (const Coupling& coupling : config_.couplings) {
      for (const Flavour flavour : all_flavours) {
        if (coupling.ratio[index_of(flavour)] == 0.0) continue;
        energies_MeV[i] = std::max(energies_MeV[i], source.end_point_MeV(flavour));
      }
    }
  }
  return energies_MeV;
}

const Likelihood& Setup::likelihood() const {
  if (const auto* likelihood = std::get_if<Likelihood>(&constraint_)) return *likelihood;
  throw ConfigError("experiment " + experiments_.front().name() +
                        " gives a bound, not a likelihood: there is nothing to fit",
                    {.hint = "find its limits with nudipole scan and nudipole limits"});
}

prediction::Signals Setup::signals(double mass_MeV) const {
  prediction::Signals signals;
  for (const Experiment& experiment : experiments_) {
    const prediction::DipoleEvents events = experiment.signal().dipole(mass_MeV);
    std::vector<Eigen::ArrayXXd> per_coupling;
    per_coupling.reserve(config_.couplings.size());
    for (const Coupling& coupling : config_.couplings) {
      per_coupling.push_back(coupling.events(events));
    }
    signals.push_back(std::make_shared<prediction::LinearSignal>(std::move(per_coupling)));
  }
  return signals;
}

inference::Profile Setup::profile(const prediction::Signals& signals) const {
  const Likelihood& all = likelihood();
  return {all.joint, signals, all.observation, config_.fit};
}

inference::Profile Setup::single_profile(std::size_t experiment,
                                         const prediction::Signals& signals) const {
  const Measured& one = likelihood().single[experiment];
  return {one.joint, {signals[experiment]}, one.observation, config_.fit};
}

}  // namespace nudipole::campaign
