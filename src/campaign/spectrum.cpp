#include "nudipole/campaign/spectrum.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/likelihood/residuals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>

namespace nudipole::campaign {
namespace {

using experiment::Experiment;
using likelihood::Role;
using likelihood::Term;

/// Events of a process [bin] at pulls of the term's nuisances.
using Prediction = std::function<Eigen::ArrayXd(std::span<const double> pulls)>;

struct Process {
  std::string name;
  Prediction events;
};

using PerFlavour = std::array<double, flavour_count>;

/// d_f^2 of each flavour [mu_B^2].
PerFlavour squares_by_flavour(const RunConfig& config, std::span<const double> squares_mu_B2) {
  PerFlavour squares{};
  for (std::size_t a = 0; a < config.couplings.size(); ++a) {
    const PerFlavour& ratio = config.couplings[a].ratio;
    for (std::size_t f = 0; f < flavour_count; ++f) {
      squares[f] += squares_mu_B2[a] * ratio[f] * ratio[f];
    }
  }
  return squares;
}

struct Portal {
  std::string name;
  prediction::SignalPoint point;
};

/// \param by_flavour  events at 1 mu_B [flavour][bin, variant]
Portal portal_part(const char* name, const std::array<Eigen::ArrayXXd, flavour_count>& by_flavour,
                   const PerFlavour& squares_mu_B2) {
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(by_flavour.front().rows(), by_flavour.front().cols());
  for (std::size_t f = 0; f < flavour_count; ++f) {
    if (squares_mu_B2[f] != 0.0) sum += squares_mu_B2[f] * by_flavour[f];
  }
  const auto owner = std::make_shared<const std::vector<Eigen::ArrayXXd>>(
      std::vector<Eigen::ArrayXXd>{std::move(sum)});
  return {name,
          {.templates = {&owner->front()},
           .strength = {1.0},
           .by_poi = Eigen::MatrixXd::Identity(1, 1),
           .owner = owner}};
}

std::vector<Portal> portal_of(const Setup& setup, std::size_t index, double mass_MeV,
                              const PerFlavour& squares_mu_B2) {
  const Experiment& experiment = setup.experiments()[index];
  const prediction::DipoleEvents dipole = setup.surviving_events(
      index, mass_MeV, std::accumulate(squares_mu_B2.begin(), squares_mu_B2.end(), 0.0));
  std::vector<Portal> parts;
  if (experiment.signal().has_nuclei()) {
    parts.push_back(portal_part("dipole_nucleus", dipole.nucleus, squares_mu_B2));
  }
  if (experiment.signal().has_electrons()) {
    parts.push_back(portal_part("dipole_electron", dipole.electron, squares_mu_B2));
  }
  return parts;
}

/// All processes of a term, in the order in which people read them.
std::vector<Process> processes_of(const Term& term, const std::vector<Portal>& portal) {
  std::vector<Process> processes;
  const auto add_components = [&](Role role) {
    for (const likelihood::Component& component : term.components()) {
      if (component.role != role) continue;
      processes.push_back({component.name, [&term, &component](std::span<const double> pulls) {
                             return term.component_events(component, pulls);
                           }});
    }
  };
  add_components(Role::signal);
  for (const Portal& part : portal) {
    processes.push_back({part.name, [&term, &part](std::span<const double> pulls) {
                           return term.signal_events(part.point, pulls);
                         }});
  }
  add_components(Role::background);
  for (const auto& background : term.parametric()) {
    processes.push_back({background->name(), [&term, &background](std::span<const double> pulls) {
                           return term.parametric_events(*background, pulls);
                         }});
  }
  return processes;
}

/// d events/d pull [bin, nuisance of the joint likelihood] for those nuisances that are not known.
/// Predictions are polynomials in the pulls nearly everywhere: central differences are exact.
Eigen::MatrixXd slopes(const Prediction& events, const likelihood::Joint& joint, std::size_t term,
                       const NuisanceState& state, Eigen::Index bins) {
  constexpr double step = 1.0e-3;
  Eigen::MatrixXd by_pull = Eigen::MatrixXd::Zero(bins, state.covariance.cols());
  for (std::size_t k = 0; k < state.pulls.size(); ++k) {
    const auto column = static_cast<Eigen::Index>(k);
    const auto& own = joint.terms()[term].nuisances();
    const std::string& name = joint.nuisances()[k].name;
    if (state.covariance(column, column) == 0.0 ||
        std::ranges::find(own, name, &likelihood::Nuisance::name) == own.end()) {
      continue;
    }
    std::vector<double> pulls = state.pulls;
    pulls[k] = state.pulls[k] + step;
    const Eigen::ArrayXd above = events(joint.term_pulls(term, pulls));
    pulls[k] = state.pulls[k] - step;
    const Eigen::ArrayXd below = events(joint.term_pulls(term, pulls));
    by_pull.col(column) = ((above - below) / (2.0 * step)).matrix();
  }
  return by_pull;
}

/// Sums of bins [new bin, bin].
struct Projection {
  math::Binning binning;
  Eigen::MatrixXd sums;

  [[nodiscard]] Eigen::ArrayXd operator()(const Eigen::ArrayXd& bins) const {
    return (sums * bins.matrix()).array();
  }
};

Projection project(const Experiment& experiment, const std::optional<std::string>& along) {
  const math::Binning& binning = experiment.binning();
  const auto size = static_cast<Eigen::Index>(binning.size());
  if (!along) return {binning, Eigen::MatrixXd::Identity(size, size)};
  const auto axis = std::ranges::find(binning.axes, *along, &math::BinAxis::name);
  if (axis == binning.axes.end()) {
    std::vector<std::string> names;
    for (const math::BinAxis& one : binning.axes) names.push_back(one.name);
    throw ConfigError("experiment " + experiment.name() + " has no axis '" + *along + "'",
                      {.expected = "one of: " + join(names)});
  }
  Projection result{{{*axis}},
                    Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(axis->size()), size)};
  const auto place = static_cast<std::size_t>(axis - binning.axes.begin());
  for (std::size_t bin = 0; bin < binning.size(); ++bin) {
    result.sums(static_cast<Eigen::Index>(binning.indices(bin)[place]),
                static_cast<Eigen::Index>(bin)) = 1.0;
  }
  return result;
}

Eigen::ArrayXd without_value(Eigen::Index size) {
  return Eigen::ArrayXd::Constant(size, std::numeric_limits<double>::quiet_NaN());
}

ProcessEvents predicted(const std::string& name, const Eigen::ArrayXd& events,
                        const Eigen::MatrixXd& by_pull, const NuisanceState& state,
                        const Projection& projection) {
  const Eigen::MatrixXd projected = projection.sums * by_pull;
  const Eigen::ArrayXd variance =
      (projected * state.covariance).cwiseProduct(projected).rowwise().sum().array();
  return {name, projection(events), variance.max(0.0).sqrt(),
          without_value(projection.sums.rows())};
}

ProcessEvents measured(const std::string& name, const likelihood::Sampling& sampling,
                       const Eigen::ArrayXd& observed, const Eigen::ArrayXd& total,
                       const Projection& projection) {
  likelihood::Sampling of_sums = sampling;
  if (auto* gaussian = std::get_if<likelihood::GaussianSampling>(&of_sums)) {
    gaussian->errors = projection(gaussian->errors.square()).sqrt();
  }
  const Eigen::ArrayXd events = projection(observed);
  return {name, events, likelihood::data_errors(of_sums, events),
          likelihood::residuals(of_sums, total, events)};
}

Spectrum of_term(const Setup& setup, std::size_t index, const std::vector<Portal>& portal,
                 const NuisanceState& state, const Projection& projection) {
  const Likelihood& likelihood = setup.likelihood();
  const Term& term = likelihood.joint->terms()[index];
  const auto bins = static_cast<Eigen::Index>(term.bin_count());
  const std::vector<double> pulls = likelihood.joint->term_pulls(index, state.pulls);
  Spectrum spectrum{setup.experiments()[index].name(), projection.binning, {}};
  Eigen::ArrayXd total = Eigen::ArrayXd::Zero(bins);
  Eigen::MatrixXd total_by_pull = Eigen::MatrixXd::Zero(bins, state.covariance.cols());
  for (const auto& [name, events] : processes_of(term, portal)) {
    const Eigen::ArrayXd nominal = events(pulls);
    const Eigen::MatrixXd by_pull = slopes(events, *likelihood.joint, index, state, bins);
    spectrum.processes.push_back(predicted(name, nominal, by_pull, state, projection));
    total += nominal;
    total_by_pull += by_pull;
  }
  spectrum.processes.push_back(predicted("total", total, total_by_pull, state, projection));
  spectrum.processes.push_back(
      measured(setup.config().asimov ? "asimov_data" : "data", term.statistic().sampling(),
               likelihood.observation->terms[index].values, projection(total), projection));
  return spectrum;
}

/// A bound knows neither backgrounds, nuisances nor data.
Spectrum of_bound(const Experiment& experiment, const std::vector<Portal>& portal,
                  const Projection& projection) {
  Spectrum spectrum{experiment.name(), projection.binning, {}};
  Eigen::ArrayXd total = Eigen::ArrayXd::Zero(projection.sums.cols());
  const Eigen::ArrayXd unknown = without_value(projection.sums.rows());
  const auto add = [&](const std::string& name, const Eigen::ArrayXd& events) {
    spectrum.processes.push_back({name, projection(events), unknown, unknown});
  };
  const Eigen::ArrayXd standard_model =
      experiment.signal().standard_model(prediction::Scattering::nucleus).col(0);
  add("cevns", standard_model);
  total += standard_model;
  for (const Portal& part : portal) {
    add(part.name, part.point.events());
    total += part.point.events();
  }
  add("total", total);
  return spectrum;
}

}  // namespace

NuisanceState before_fit(const likelihood::Joint& joint) {
  const auto size = static_cast<Eigen::Index>(joint.nuisances().size());
  NuisanceState state{.pulls = std::vector<double>(joint.nuisances().size()),
                      .covariance = Eigen::MatrixXd::Zero(size, size)};
  for (Eigen::Index k = 0; k < size; ++k) {
    if (joint.nuisances()[static_cast<std::size_t>(k)].prior == likelihood::Prior::gaussian) {
      state.covariance(k, k) = 1.0;
    }
  }
  return state;
}

std::vector<Spectrum> spectra(const Setup& setup, double mass_MeV,
                              std::span<const double> squares_mu_B2, const NuisanceState& nuisances,
                              const std::optional<std::string>& along) {
  const PerFlavour squares = squares_by_flavour(setup.config(), squares_mu_B2);
  std::vector<Spectrum> result;
  for (std::size_t i = 0; i < setup.experiments().size(); ++i) {
    const Experiment& experiment = setup.experiments()[i];
    const Projection projection = project(experiment, along);
    const std::vector<Portal> portal = portal_of(setup, i, mass_MeV, squares);
    result.push_back(experiment.ratio_bound() != nullptr
                         ? of_bound(experiment, portal, projection)
                         : of_term(setup, i, portal, nuisances, projection));
  }
  return result;
}

}  // namespace nudipole::campaign
