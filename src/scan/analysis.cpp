#include "nudipole/scan/analysis.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <sstream>

namespace nudipole::scan {
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
    if (config.limits.each_experiment) {
      throw ConfigError(what + ": it has no parts",
                        {.where = where, .expected = "limits.each_experiment: false"});
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

likelihood::Joint join(const RunConfig& config, const std::vector<Experiment>& experiments) {
  std::vector<likelihood::Term> terms;
  for (const Experiment& experiment : experiments) {
    if (experiment.ratio_bound() == nullptr) terms.push_back(experiment.term());
  }
  return likelihood::Joint{with_changes(terms, config.nuisances)};
}

std::vector<likelihood::Joint> split(const RunConfig& config, const likelihood::Joint& joint) {
  std::vector<likelihood::Joint> parts;
  if (!config.limits.each_experiment) return parts;
  for (const likelihood::Term& term : joint.terms()) parts.push_back(likelihood::Joint{{term}});
  return parts;
}

}  // namespace

Analysis::Analysis(RunConfig config, experiment::DataFolder& data)
    : config_(std::move(config)),
      experiments_(load_experiments(config_, data)),
      joint_(join(config_, experiments_)),
      parts_(split(config_, joint_)),
      files_(data.files_read()) {}

likelihood::PortalTemplates Analysis::portal(double mass_MeV) const {
  likelihood::PortalTemplates templates;
  for (const Experiment& experiment : experiments_) {
    templates.push_back(experiment.signal().portal(mass_MeV).total(config_.flavour));
  }
  return templates;
}

}  // namespace nudipole::scan
