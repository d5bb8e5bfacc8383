#include "nudipole/experiment/experiment.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/experiment/target.hpp"
#include "nudipole/likelihood/spline_morphing.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "nudipole/physics/kinematics.hpp"
#include "bin_classes.hpp"
#include "options.hpp"
#include "probability_table.hpp"
#include "ratio_bound_factory.hpp"
#include "time_profile.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace nudipole::experiment {
namespace {

using config::Range;
using config::Section;

/// Recoils below this leave no signal in any detector here; panels below are dropped anyway.
constexpr double least_recoil_MeV = 1.0e-7;
/// Electron recoils above this are far outside the energy windows of these detectors.
constexpr double largest_electron_recoil_MeV = 1.0;

/// What the analysis counts.
struct Signals {
  bool electrons;
  physics::CoherentTerms coherent_terms;
};

Signals read_signals(const Section& section) {
  Signals signals{};
  signals.electrons = section.flag("electron_recoils");
  signals.coherent_terms = section.choice("cevns_terms", {"full", "leading"}) == "full"
                               ? physics::CoherentTerms::full
                               : physics::CoherentTerms::leading;
  section.finish();
  return signals;
}

Section open_experiment(DataFolder& data, const std::string& name) {
  const std::vector<std::string> known = data.experiments();
  if (std::ranges::find(known, name) == known.end()) {
    std::string list;
    for (const std::string& other : known) list += (list.empty() ? "" : ", ") + other;
    throw ConfigError("unknown experiment '" + name + "'",
                      {.expected = "one of: " + list, .hint = config::did_you_mean(name, known)});
  }
  Section root = data.yaml(name + "/experiment.yaml");
  (void)root.integer("format", config::IntegerRange::between(1, 1));
  return root;
}

std::map<std::string, std::string> read_overlaps(const Section& root) {
  std::map<std::string, std::string> overlaps;
  const auto section = root.section_if("overlaps");
  if (!section) return overlaps;
  for (const std::string& other : section->keys()) overlaps.emplace(other, section->text(other));
  return overlaps;
}

std::vector<std::string> read_approximations(const Section& root) {
  return root.has("approximations") ? root.texts("approximations") : std::vector<std::string>{};
}

bool is_ratio_bound(const Section& root) {
  return root.choice_or("kind", "counting", {"counting", "ratio_bound"}) == "ratio_bound";
}

struct NamedNuisance {
  likelihood::Nuisance nuisance;
  std::vector<std::string> scales;  ///< "signal" and background names
};

std::vector<NamedNuisance> read_nuisances(const Section& root) {
  std::vector<NamedNuisance> nuisances;
  const Section list = root.section("nuisances");
  for (const std::string& name : list.keys()) {
    const Section section = list.section(name);
    const bool scales = section.choice("kind", {"normalisation", "shape"}) == "normalisation";
    NamedNuisance entry;
    entry.nuisance.name = name;
    entry.nuisance.width = section.number("width", Range::positive());
    if (!scales) {  // what it deforms is said by the response
      entry.nuisance.lower = section.number("lower", Range::at_most(0.0));
      entry.nuisance.upper = section.number("upper", Range::non_negative());
      section.finish();
      nuisances.push_back(std::move(entry));
      continue;
    }
    // Far enough never to matter, but without negative numbers of events.
    constexpr double least_scale = 1.0e-3;
    constexpr double reach = 100.0;
    entry.nuisance.lower = section.number_or("lower", least_scale - 1.0);
    entry.nuisance.upper = section.number_or("upper", reach * entry.nuisance.width);
    entry.scales = section.texts("scales");
    section.finish();
    nuisances.push_back(std::move(entry));
  }
  list.finish();
  return nuisances;
}

/// Response of one kind of recoil: its own quenching with the common smearing and efficiencies.
detector::EnergyResponse make_response(const Section& response, const std::string& recoil,
                                       const Context& context) {
  const Section own = response.section(recoil);
  auto quenching = make_quenching(own.section("quenching"), context);
  own.finish();
  std::vector<detector::AppliedEfficiency> efficiencies;
  for (const Section& efficiency : response.sections("efficiencies")) {
    efficiencies.push_back(make_efficiency(efficiency, context));
  }
  return {std::move(quenching), make_smearing(response.section("smearing"), context),
          std::move(efficiencies)};
}

/// Weights of a nuclide on the response's nodes.
Target make_nucleus(const NuclideInTarget& entry, const math::PanelGrid& grid) {
  const physics::Nuclide& nuclide = entry.nuclide;
  const auto nodes = static_cast<Eigen::Index>(grid.node_count());
  Target target{.name = nuclide.name,
                .mass_MeV = nuclide.nuclear_mass_MeV(),
                .response = 0,
                .charge_squared = Eigen::ArrayXd(nodes),
                .weak_charge_squared = {}};
  target.weak_charge_squared.fill(Eigen::ArrayXd(nodes));
  const physics::HelmFormFactor protons{nuclide.proton_radius_fm};
  const physics::HelmFormFactor neutrons{nuclide.neutron_radius_fm};
  for (Eigen::Index i = 0; i < nodes; ++i) {
    const double q = physics::momentum_transfer_MeV(grid.nodes()[static_cast<std::size_t>(i)],
                                                    target.mass_MeV);
    const double charge = nuclide.protons * protons(q);
    target.charge_squared(i) = entry.count * charge * charge;
    for (const Flavour flavour : all_flavours) {
      const double weak = physics::proton_vector_coupling(flavour) * charge +
                          physics::neutron_vector_coupling * nuclide.neutrons * neutrons(q);
      target.weak_charge_squared[index_of(flavour)](i) = entry.count * weak * weak;
    }
  }
  return target;
}

/// All electrons of the target that an energy transfer can free, as one target.
Target make_electrons(const TargetMaterial& material, const math::PanelGrid& grid,
                      std::size_t response) {
  const auto nodes = static_cast<Eigen::Index>(grid.node_count());
  Eigen::ArrayXd electrons(nodes);
  for (Eigen::Index i = 0; i < nodes; ++i) {
    double sum = 0.0;
    for (const ElementInTarget& element : material.elements) {
      sum += element.atoms * element.free_electrons(grid.nodes()[static_cast<std::size_t>(i)]);
    }
    electrons(i) = sum;
  }
  return {.name = "electron",
          .mass_MeV = constants::electron_mass_MeV,
          .response = response,
          .charge_squared = electrons,
          .weak_charge_squared = {electrons, electrons, electrons}};
}

/// Largest recoil that a source can give to a target: a massless neutrino of the end point.
double largest_recoil_MeV(const flux::Source& source, double target_mass_MeV) {
  return physics::recoil_range(source.end_point_MeV(), target_mass_MeV, 0.0)->upper_MeV;
}

/// The bins of an experiment.
struct Bins {
  math::Binning binning;
  math::BinAxis energy;  ///< bins along the recoil's observables, flattened
  std::optional<TimeAxis> time;
};

Bins read_bins(const Section& root, const Context& context) {
  Bins bins;
  if (const auto classes = root.section_if("bins")) {
    bins.binning = detail::read_class_bins(*classes, context);
    bins.energy = detail::flattened(bins.binning);
    return bins;
  }
  const Section section = root.section("energy");
  bins.energy.name = "energy";
  bins.energy.unit = section.text("unit");
  bins.energy.edges = detail::read_edges(section, "edges");
  section.finish();
  bins.binning.axes.push_back(bins.energy);
  if (const auto time = root.section_if("time")) {
    bins.time = make_time_axis(*time, context);
    bins.binning.axes.push_back(bins.time->axis);
  }
  return bins;
}

/// What the detector does with recoils of nuclei between two energies.
detail::StackedResponse make_nuclear_response(const Section& response, const Context& context,
                                              const Bins& bins, double largest_recoil,
                                              const math::PanelSettings& panels) {
  if (response.choice_or("kind", "energy", {"energy", "probability_table"}) == "energy") {
    return {.response = detector::tabulate(make_response(response, "nucleus", context), bins.energy,
                                           least_recoil_MeV, largest_recoil, {}, panels),
            .shifts = {},
            .variants = 1};
  }
  return detail::read_probability_table(response, context, bins.binning, panels);
}

struct ShiftedSignal {
  SignalModel model;
  std::vector<detail::ResponseShift> shifts;  ///< shape nuisances of the response
};

ShiftedSignal make_signal_model(const Section& root, const Context& context, const Bins& bins,
                                const math::PanelSettings& panels) {
  const math::BinAxis& energy = bins.energy;
  const std::optional<TimeAxis>& time = bins.time;
  SignalModel::Definition definition;
  definition.source = make_flux(root.section("flux"), context);
  const TargetMaterial material = make_target(root.section("target"), *context.data);
  const Signals signals = read_signals(root.section("signals"));
  definition.coherent_terms = signals.coherent_terms;

  const Section response = root.section("response");
  double largest = 0.0;
  for (const NuclideInTarget& entry : material.nuclides) {
    largest = std::max(largest,
                       largest_recoil_MeV(definition.source, entry.nuclide.nuclear_mass_MeV()));
  }
  detail::StackedResponse nuclear = make_nuclear_response(response, context, bins, largest, panels);
  definition.responses.push_back(std::move(nuclear.response));
  definition.variants.clear();
  for (Eigen::Index block = 0; block < nuclear.variants; ++block) {
    definition.variants.push_back({.block = block});
  }
  for (const NuclideInTarget& entry : material.nuclides) {
    definition.nuclei.push_back(make_nucleus(entry, definition.responses.front().grid));
  }
  if (signals.electrons) {
    if (root.has("bins")) {
      root.section("signals").fail("electron_recoils",
                                   "a probability table is about recoils of nuclei only", "false");
    }
    std::vector<double> steps;
    for (const ElementInTarget& element : material.elements) {
      const std::vector<double>& positions = element.free_electrons.positions();
      steps.insert(steps.end(), positions.begin(), positions.end());
    }
    definition.responses.push_back(detector::tabulate(
        make_response(response, "electron", context), energy, least_recoil_MeV,
        std::min(largest_electron_recoil_MeV,
                 largest_recoil_MeV(definition.source, constants::electron_mass_MeV)),
        steps, panels));
    definition.electrons.push_back(
        make_electrons(material, definition.responses.back().grid, 1));
  } else {
    (void)response.has("electron");  // allowed, so that one switch turns electrons off
  }
  response.finish();

  const auto energies = static_cast<Eigen::Index>(energy.size());
  for (const flux::Component& component : definition.source.components) {
    Spread spread = Spread::Ones(energies, 1);
    if (time) {
      const auto factors = time->arrival.find(component.arrival);
      if (factors == time->arrival.end()) {
        root.section("time").fail("arrival",
                                  "no arrival class '" + component.arrival + "', which " +
                                      component.name + " needs");
      }
      const auto& list = factors->second;
      spread = Eigen::Map<const Eigen::ArrayXd>(list.data(),
                                                static_cast<Eigen::Index>(list.size()))
                   .transpose()
                   .replicate(energies, 1);
    }
    definition.spreads.insert_or_assign(component.arrival,
                                        std::vector<Spread>{std::move(spread)});
  }
  return {SignalModel{std::move(definition)}, std::move(nuclear.shifts)};
}

/// Morphing by the shape nuisances of the response; null without any.
std::shared_ptr<const likelihood::Morphing> make_morphing(
    const Section& root, const std::vector<detail::ResponseShift>& shifts,
    const std::vector<NamedNuisance>& nuisances) {
  if (shifts.empty()) return nullptr;
  std::vector<likelihood::MorphingAxis> axes;
  for (const detail::ResponseShift& shift : shifts) {
    const auto found = std::ranges::find(
        nuisances, shift.nuisance, [](const NamedNuisance& entry) { return entry.nuisance.name; });
    if (found == nuisances.end()) {
      root.section("response").fail("shifts", "there is no nuisance '" + shift.nuisance + "'",
                                    "a nuisance of kind shape");
    }
    axes.push_back({static_cast<std::size_t>(found - nuisances.begin()), shift.pulls});
  }
  return likelihood::spline_morphing(axes);
}

/// Indices of the nuisances that scale `process`.
std::vector<std::size_t> scaled_by(const std::vector<NamedNuisance>& nuisances,
                                   const std::string& process) {
  std::vector<std::size_t> indices;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (std::ranges::find(nuisances[k].scales, process) != nuisances[k].scales.end()) {
      indices.push_back(k);
    }
  }
  return indices;
}

/// Every name that a nuisance scales must be a process of the experiment.
void check_scales(const Section& root, const std::vector<NamedNuisance>& nuisances,
                  const std::vector<std::string>& processes) {
  for (const NamedNuisance& entry : nuisances) {
    for (const std::string& scaled : entry.scales) {
      if (std::ranges::find(processes, scaled) != processes.end()) continue;
      root.section("nuisances")
          .section(entry.nuisance.name)
          .fail("scales", "nothing is called '" + scaled + "'", "signal or a background's name",
                config::did_you_mean(scaled, processes));
    }
  }
}

/// The likelihood of an experiment's data.
likelihood::Term make_term(const Section& root, const Context& context, const std::string& name,
                           const Bins& bins, const ShiftedSignal& signal) {
  const std::vector<NamedNuisance> nuisances = read_nuisances(root);
  const auto morphing = make_morphing(root, signal.shifts, nuisances);
  likelihood::Term::Definition definition{.name = name,
                                          .statistic = {},
                                          .nuisances = {},
                                          .components = {},
                                          .portal_scaled_by = scaled_by(nuisances, "signal"),
                                          .portal_morphing = morphing};
  for (const NamedNuisance& entry : nuisances) definition.nuisances.push_back(entry.nuisance);
  definition.components.push_back({"cevns", signal.model.standard_model(Scattering::nucleus),
                                   definition.portal_scaled_by, morphing});
  if (signal.model.has_electrons()) {
    definition.components.push_back({"eves", signal.model.standard_model(Scattering::electron),
                                     definition.portal_scaled_by, morphing});
  }
  std::vector<std::string> processes{"signal"};
  if (const auto backgrounds = root.section_if("backgrounds")) {
    for (const std::string& background : backgrounds->keys()) {
      definition.components.push_back(
          {background,
           make_background(backgrounds->section(background), context, bins.energy,
                           bins.time ? &*bins.time : nullptr),
           scaled_by(nuisances, background)});
      processes.push_back(background);
    }
    backgrounds->finish();
  }
  check_scales(root, nuisances, processes);
  definition.statistic = make_statistic(root.section("data"), context, bins.binning);
  return likelihood::Term{std::move(definition)};
}

}  // namespace

Summary Experiment::summarise(DataFolder& data, const std::string& name) {
  const Section root = open_experiment(data, name);
  Summary summary{.name = name,
                  .title = root.text("title"),
                  .reference = root.text("reference"),
                  .options = detail::read_options(root),
                  .nuisances = {},
                  .overlaps = read_overlaps(root),
                  .approximations = read_approximations(root)};
  const Section chosen = detail::apply_options(root, {.name = name});
  if (is_ratio_bound(chosen)) return summary;
  for (NamedNuisance& entry : read_nuisances(chosen)) {
    summary.nuisances.push_back(std::move(entry.nuisance));
  }
  return summary;
}

Experiment Experiment::load(DataFolder& data, const Selection& selection,
                            const math::PanelSettings& panels) {
  const Section file = open_experiment(data, selection.name);
  const Section root = detail::apply_options(file, selection);
  for (const char* key : {"format", "title", "reference", "options"}) (void)root.has(key);
  const Context context{.data = &data, .folder = selection.name};
  Bins bins = read_bins(root, context);
  ShiftedSignal signal = make_signal_model(root, context, bins, panels);
  Constraint constraint =
      is_ratio_bound(root)
          ? Constraint{detail::make_ratio_bound(root.section("bound"), context, signal.model)}
          : Constraint{make_term(root, context, selection.name, bins, signal)};
  Experiment experiment{selection.name, std::move(bins.binning), std::move(signal.model),
                        std::move(constraint)};
  experiment.overlaps_ = read_overlaps(root);
  experiment.approximations_ = read_approximations(root);
  root.finish();
  return experiment;
}

}  // namespace nudipole::experiment
