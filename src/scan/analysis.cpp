#include "nudipole/scan/analysis.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::scan {
namespace {

using experiment::Experiment;

std::vector<Experiment> load_experiments(const RunConfig& config,
                                         experiment::DataFolder& data) {
  std::vector<Experiment> experiments;
  for (const experiment::Selection& selection : config.experiments) {
    experiments.push_back(Experiment::load(data, selection));
  }
  for (const Experiment& one : experiments) {
    for (const auto& [other, reason] : one.overlaps()) {
      if (std::ranges::find(experiments, other, &Experiment::name) == experiments.end()) continue;
      throw ConfigError("experiments " + one.name() + " and " + other +
                            " are not independent: " + reason,
                        {.hint = "remove one of them from 'experiments'"});
    }
  }
  return experiments;
}

likelihood::Joint join(const std::vector<Experiment>& experiments) {
  std::vector<likelihood::Term> terms;
  for (const Experiment& experiment : experiments) terms.push_back(experiment.term());
  return likelihood::Joint{std::move(terms)};
}

}  // namespace

Analysis::Analysis(RunConfig config, experiment::DataFolder& data)
    : config_(std::move(config)),
      experiments_(load_experiments(config_, data)),
      joint_(join(experiments_)),
      files_(data.files_read()) {}

likelihood::PortalTemplates Analysis::portal(double mass_MeV) const {
  likelihood::PortalTemplates templates;
  for (const Experiment& experiment : experiments_) {
    templates.push_back(experiment.signal().portal(mass_MeV).total(config_.flavour));
  }
  return templates;
}

}  // namespace nudipole::scan
