#include "nudipole/campaign/setup.hpp"

#include "asimov.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/sterile_decay.hpp"
#include "nudipole/prediction/surviving_signal.hpp"

#include <algorithm>
#include <cmath>
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
    if (config.decay_path_cm) {
      throw ConfigError(what + ": it does not know decays",
                        {.where = where, .hint = "remove the block decay"});
    }
    if (config.couplings.size() > 1) {
      throw ConfigError(what + ": it has one coupling",
                        {.where = where, .expected = "flavour, or couplings in fixed ratios"});
    }
    if (config.limits.each_experiment) {
      throw ConfigError(what + ": it has no parts",
                        {.where = where, .expected = "limits.each_experiment: false"});
    }
    if (config.asimov) {
      throw ConfigError(what + ": it has no data that could be replaced by those expected",
                        {.where = config.asimov->where, .expected = "data: measured"});
    }
    if (config.limits.expected) {
      throw ConfigError(what + ": it has no data that could be replaced by those expected",
                        {.where = where, .expected = "limits.expected: false"});
    }
  }
}

/// Experiments under other names that hold the same measured values.
void check_copies(const RunConfig& config, const std::vector<Experiment>& experiments) {
  if (config.asimov) return;  // what was measured does not count
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const std::string digest = experiments[i].data_sha256();
      if (digest.empty() || digest != experiments[j].data_sha256()) continue;
      throw ConfigError("experiments " + experiments[i].name() + " and " + experiments[j].name() +
                            " are not independent: their tables of data are equal",
                        {.where = config.experiments[i].where, .hint = "remove one of them"});
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
  check_copies(config, experiments);
  check_bounds(config, experiments);
  return experiments;
}

/// Events at d = 1 mu_B for the exposure that the configuration wants.
prediction::DipoleEvents dipole_events(const RunConfig& config, const Experiment& experiment,
                                       double mass_MeV) {
  prediction::DipoleEvents events = experiment.signal().dipole(mass_MeV);
  const double scale = config.exposure_of(experiment.name());
  if (scale == 1.0) return events;
  for (Eigen::ArrayXXd& of_flavour : events.nucleus) of_flavour *= scale;
  for (Eigen::ArrayXXd& of_flavour : events.electron) of_flavour *= scale;
  return events;
}

std::shared_ptr<const prediction::Signal> signal_of(const RunConfig& config,
                                                    const prediction::DipoleEvents& events) {
  std::vector<Eigen::ArrayXXd> per_coupling;
  per_coupling.reserve(config.couplings.size());
  for (const Coupling& coupling : config.couplings) {
    per_coupling.push_back(coupling.events(events));
  }
  return std::make_shared<prediction::LinearSignal>(std::move(per_coupling));
}

likelihood::Observation asimov_data(const RunConfig& config,
                                    const std::vector<Experiment>& experiments,
                                    const std::vector<likelihood::Term>& terms,
                                    const std::vector<Eigen::ArrayXd>& values) {
  const AsimovRequest& request = *config.asimov;
  detail::MeasuredModel model{terms, values, {}, std::vector<double>(config.couplings.size())};
  if (request.portal) {
    for (std::size_t a = 0; a < model.squares_mu_B2.size(); ++a) {
      const auto d = DipoleCoupling::from_mu_B(request.portal->coupling_mu_B[a]);
      model.squares_mu_B2[a] = d.squared_mu_B2();
    }
  }
  // Without the portal any mass will do.
  const double mass_MeV = request.portal ? request.portal->mass_MeV : config.mass_MeV.front();
  std::vector<double> exposure;
  for (const Experiment& experiment : experiments) {
    model.signals.push_back(signal_of(config, experiment.signal().dipole(mass_MeV)));
    exposure.push_back(config.exposure_of(experiment.name()));
  }
  return detail::asimov_data(request, model, exposure, config.fit);
}

/// One term of a joint likelihood with its share of what was observed.
Measured single(const Measured& all, std::size_t term) {
  const auto joint = std::make_shared<likelihood::Joint>(std::vector{all.joint->terms()[term]});
  likelihood::Observation observation{.terms = {all.observation->terms[term]}, .centres = {}};
  for (const likelihood::Nuisance& nuisance : joint->nuisances()) {
    const auto& known = all.joint->nuisances();
    const auto place = std::ranges::find(known, nuisance.name, &likelihood::Nuisance::name);
    observation.centres.push_back(
        all.observation->centres[static_cast<std::size_t>(place - known.begin())]);
  }
  return {joint, std::make_shared<likelihood::Observation>(std::move(observation))};
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
  terms = with_changes(terms, config.nuisances);
  std::optional<likelihood::Observation> asimov;
  if (config.asimov) {
    asimov = asimov_data(config, experiments, terms, values);
    for (likelihood::Term& term : terms) {
      if (const double scale = config.exposure_of(term.name()); scale != 1.0) {
        term = term.with_exposure(scale);
      }
    }
  }
  const auto joint = std::make_shared<likelihood::Joint>(std::move(terms));
  Likelihood all{{joint, std::make_shared<likelihood::Observation>(
                             asimov ? std::move(*asimov) : joint->observe(std::move(values)))},
                 {}};
  if (config.limits.each_experiment) {
    for (std::size_t i = 0; i < experiments.size(); ++i) all.single.push_back(single(all, i));
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

prediction::DipoleEvents Setup::dipole(std::size_t experiment, double mass_MeV) const {
  return dipole_events(config_, experiments_[experiment], mass_MeV);
}

prediction::Signals Setup::signals(double mass_MeV) const {
  prediction::Signals signals;
  signals.reserve(experiments_.size());
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    signals.push_back(config_.decay_path_cm ? surviving(experiments_[i], mass_MeV)
                                            : signal_of(config_, dipole(i, mass_MeV)));
  }
  return signals;
}

std::vector<double> Setup::decays(double mass_MeV, const std::vector<double>& momenta_MeV) const {
  std::vector<double> decays;
  decays.reserve(momenta_MeV.size());
  for (const double momentum_MeV : momenta_MeV) {
    decays.push_back(*config_.decay_path_cm /
                     physics::decay_length_cm(std::hypot(momentum_MeV, mass_MeV), mass_MeV, 1.0,
                                              physics::SterileNature::dirac));
  }
  return decays;
}

std::shared_ptr<const prediction::Signal> Setup::surviving(const Experiment& experiment,
                                                           double mass_MeV) const {
  const auto [momenta_MeV, events] = experiment.signal().dipole_by_momentum(mass_MeV);
  prediction::SurvivingSignal::Definition definition{
      .per_poi = {}, .decays = decays(mass_MeV, momenta_MeV), .widths = {}};
  for (const Coupling& coupling : config_.couplings) {
    auto& by_momentum = definition.per_poi.emplace_back();
    for (const prediction::DipoleEvents& one : events) by_momentum.push_back(coupling.events(one));
    definition.widths.push_back(coupling.squared_ratios());
  }
  return std::make_shared<prediction::SurvivingSignal>(std::move(definition));
}

prediction::DipoleEvents Setup::surviving_events(std::size_t experiment, double mass_MeV,
                                                 double squares_mu_B2) const {
  if (!config_.decay_path_cm) return dipole(experiment, mass_MeV);
  const auto [momenta_MeV, events] = experiments_[experiment].signal().dipole_by_momentum(mass_MeV);
  const std::vector<double> fading = decays(mass_MeV, momenta_MeV);
  prediction::DipoleEvents surviving = events.front();
  for (std::size_t f = 0; f < flavour_count; ++f) {
    surviving.nucleus[f].setZero();
    surviving.electron[f].setZero();
    for (std::size_t k = 0; k < events.size(); ++k) {
      const double alive = std::exp(-fading[k] * squares_mu_B2);
      surviving.nucleus[f] += alive * events[k].nucleus[f];
      surviving.electron[f] += alive * events[k].electron[f];
    }
  }
  return surviving;
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
