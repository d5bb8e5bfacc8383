#include "nudipole/experiment/experiment.hpp"

#include "companions.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/experiment/target.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "nudipole/physics/kinematics.hpp"
#include "options.hpp"
#include "shape_nuisances.hpp"
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
  PortalChannels portal_channels;
};

Signals read_signals(const Section& section) {
  Signals signals{};
  signals.electrons = section.flag("electron_recoils");
  signals.coherent_terms = section.choice("cevns_terms", {"full", "leading"}) == "full"
                               ? physics::CoherentTerms::full
                               : physics::CoherentTerms::leading;
  const std::string channels =
      section.choice_or("dipole_channels", "both", {"both", "nuclear", "electron"});
  signals.portal_channels = channels == "both"      ? PortalChannels::both
                            : channels == "nuclear" ? PortalChannels::nuclear
                                                    : PortalChannels::electron;
  if (signals.portal_channels == PortalChannels::electron && !signals.electrons) {
    section.fail("dipole_channels", "electron recoils are switched off",
                 "electron_recoils: true, or another channel");
  }
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

struct NamedNuisance {
  likelihood::Nuisance nuisance;
  std::vector<std::string> scales{};             ///< "signal" and background names
  std::optional<detail::ShapeNuisance> shape{};  ///< of kind shape
};

/// A parameter of a background of free shape.
likelihood::Nuisance read_parameter(const Section& section, const std::string& name) {
  likelihood::Nuisance parameter{.name = name,
                                 .centre = section.number("centre"),
                                 .width = section.number("width", Range::positive())};
  parameter.prior = section.choice("prior", {"gaussian", "none"}) == "gaussian"
                        ? likelihood::Prior::gaussian
                        : likelihood::Prior::none;
  parameter.lower = section.number("lower", Range::at_most(parameter.centre));
  parameter.upper = section.number("upper", Range::at_least(parameter.centre));
  section.finish();
  return parameter;
}

/// Bounds of a scaling: far enough never to matter, but without negative numbers of events.
void bound_scaling(const Section& section, likelihood::Nuisance& nuisance) {
  constexpr double least_scale = 1.0e-3;
  constexpr double reach = 100.0;
  nuisance.lower =
      section.number_or("lower", least_scale - 1.0, Range::strictly_between(-1.0, 0.0));
  nuisance.upper = section.number_or("upper", reach * nuisance.width, Range::positive());
}

std::vector<NamedNuisance> read_nuisances(const Section& root) {
  std::vector<NamedNuisance> nuisances;
  const Section list = root.section("nuisances");
  for (const std::string& name : list.keys()) {
    const Section section = list.section(name);
    const std::string kind = section.choice("kind", {"normalisation", "parameter", "shape"});
    if (kind == "parameter") {
      nuisances.push_back({.nuisance = read_parameter(section, name)});
      continue;
    }
    NamedNuisance entry;
    entry.nuisance.name = name;
    if (kind == "normalisation") {
      entry.nuisance.width = section.number("width", Range::positive());
      bound_scaling(section, entry.nuisance);
      entry.scales = section.texts("scales");
    } else {  // the pull itself is the value; variants lie at -1 and +1
      constexpr double reach = 5.0;
      entry.nuisance.lower = section.number_or("lower", -reach);
      entry.nuisance.upper = section.number_or("upper", reach);
      entry.shape = detail::read_shape(root, section, nuisances.size());
    }
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

/// Responses of one kind of recoil: the nominal one, then those of the shape nuisances' variants.
std::vector<detector::EnergyResponse> make_responses(const Section& response,
                                                     const std::vector<Section>& varied,
                                                     const std::string& recoil,
                                                     const Context& context) {
  std::vector<detector::EnergyResponse> responses{make_response(response, recoil, context)};
  for (const Section& file : varied) {
    responses.push_back(make_response(file.section("response"), recoil, context));
  }
  return responses;
}

/// Files in which a part of the detector differs, and the variants of the signal in terms of them.
struct SignalVariants {
  std::vector<ResponseVariant> variants{ResponseVariant{}};
  std::vector<Section> responses{};   ///< block 1, 2, ...
  std::vector<Section> companions{};  ///< spread 1, 2, ...
};

SignalVariants list_variants(const std::vector<detail::ShapeNuisance>& shapes) {
  SignalVariants list;
  for (const detail::ShapeNuisance& shape : shapes) {
    for (const Section& file : shape.variants()) {
      ResponseVariant& variant = list.variants.emplace_back();
      if (shape.changes("response")) {
        list.responses.push_back(file);
        variant.block = static_cast<Eigen::Index>(list.responses.size());
      }
      if (shape.changes("companions")) {
        list.companions.push_back(file);
        variant.spread = list.companions.size();
      }
    }
  }
  return list;
}

SignalModel make_signal_model(const Section& root, const Context& context,
                              const math::BinAxis& energy, const detail::Companions& companions,
                              const std::vector<detail::ShapeNuisance>& shapes,
                              const math::PanelSettings& panels) {
  SignalModel::Definition definition;
  definition.source = make_flux(root.section("flux"), context);
  const Signals signals = read_signals(root.section("signals"));
  const TargetMaterial material =
      make_target(root.section("target"), *context.data,
                  signals.electrons ? ElectronTargets::free : ElectronTargets::none);
  definition.coherent_terms = signals.coherent_terms;
  definition.portal_channels = signals.portal_channels;
  const SignalVariants variants = list_variants(shapes);
  definition.variants = variants.variants;

  const Section response = root.section("response");
  double largest = 0.0;
  for (const NuclideInTarget& entry : material.nuclides) {
    largest = std::max(largest,
                       largest_recoil_MeV(definition.source, entry.nuclide.nuclear_mass_MeV()));
  }
  definition.responses.push_back(
      detector::tabulate(make_responses(response, variants.responses, "nucleus", context), energy,
                         least_recoil_MeV, largest, {}, panels));
  for (const NuclideInTarget& entry : material.nuclides) {
    definition.nuclei.push_back(make_nucleus(entry, definition.responses.front().grid));
  }
  if (signals.electrons) {
    std::vector<double> steps;
    for (const ElementInTarget& element : material.elements) {
      const std::vector<double>& positions = element.free_electrons.positions();
      steps.insert(steps.end(), positions.begin(), positions.end());
    }
    definition.responses.push_back(detector::tabulate(
        make_responses(response, variants.responses, "electron", context), energy, least_recoil_MeV,
        std::min(largest_electron_recoil_MeV,
                 largest_recoil_MeV(definition.source, constants::electron_mass_MeV)),
        steps, panels));
    definition.electrons.push_back(
        make_electrons(material, definition.responses.back().grid, 1));
  } else {
    (void)response.has("electron");  // allowed, so that one switch turns electrons off
  }
  response.finish();

  std::vector<detail::Companions> spreads{companions};
  for (const Section& file : variants.companions) {
    spreads.push_back(detail::make_companions(file, context, energy));
  }
  for (const flux::Component& component : definition.source.components) {
    std::vector<Spread> list;
    for (const detail::Companions& one : spreads) {
      list.push_back(one.spread(component.arrival, component.name, root));
    }
    definition.spreads.insert_or_assign(component.arrival, std::move(list));
  }
  return SignalModel{std::move(definition)};
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

/// A background with its variants.
likelihood::Component make_background_component(const std::string& name, const Section& root,
                                                const std::vector<detail::ShapeNuisance>& shapes,
                                                const Context& context,
                                                const math::Binning& binning,
                                                const TimeAxis* time) {
  const std::string part = "backgrounds." + name;
  const auto events = [&](const Section& file) {
    return make_background(file.section("backgrounds").section(name), context, binning, time);
  };
  const detail::Deformation deformation = detail::deformation_of(shapes, {part});
  std::vector<Eigen::ArrayXd> columns{events(root)};
  for (const detail::ShapeNuisance& shape : deformation.shapes) {
    for (const Section& file : shape.variants()) columns.push_back(events(file));
  }
  likelihood::Component component{
      .name = name,
      .events = Eigen::ArrayXXd(columns.front().size(), static_cast<Eigen::Index>(columns.size())),
      .morphing = deformation.morphing};
  for (std::size_t v = 0; v < columns.size(); ++v) {
    component.events.col(static_cast<Eigen::Index>(v)) = columns[v];
  }
  return component;
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

}  // namespace

Summary Experiment::summarise(DataFolder& data, const std::string& name) {
  const Section root = open_experiment(data, name);
  Summary summary{.name = name,
                  .title = root.text("title"),
                  .reference = root.text("reference"),
                  .options = detail::read_options(root),
                  .nuisances = {},
                  .overlaps = read_overlaps(root)};
  const Section chosen = detail::apply_options(root, {.name = name});
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
  auto overlaps = read_overlaps(root);
  const Context context{.data = &data, .folder = selection.name};

  const Section energy_section = root.section("energy");
  const math::BinAxis energy{.name = "energy",
                             .unit = energy_section.text("unit"),
                             .edges = detail::read_edges(energy_section, "edges")};
  energy_section.finish();
  const detail::Companions companions = detail::make_companions(root, context, energy);
  math::Binning binning{.axes = {energy}};
  binning.axes.insert(binning.axes.end(), companions.axes.begin(), companions.axes.end());

  const std::vector<NamedNuisance> nuisances = read_nuisances(root);
  std::vector<detail::ShapeNuisance> shapes;
  for (const NamedNuisance& entry : nuisances) {
    if (entry.shape) shapes.push_back(*entry.shape);
  }
  const detail::Deformation of_signal = detail::deformation_of(shapes, {"response", "companions"});
  SignalModel signal =
      make_signal_model(root, context, energy, companions, of_signal.shapes, panels);

  likelihood::Term::Definition definition{.name = selection.name,
                                          .statistic = {},
                                          .nuisances = {},
                                          .components = {},
                                          .portal_scaled_by = scaled_by(nuisances, "signal"),
                                          .portal_morphing = of_signal.morphing};
  std::vector<std::string> processes{"signal"};
  for (const NamedNuisance& entry : nuisances) definition.nuisances.push_back(entry.nuisance);
  definition.components.push_back({"cevns", signal.standard_model(Scattering::nucleus),
                                   definition.portal_scaled_by, of_signal.morphing});
  if (signal.has_electrons()) {
    definition.components.push_back({"eves", signal.standard_model(Scattering::electron),
                                     definition.portal_scaled_by, of_signal.morphing});
  }
  if (const auto backgrounds = root.section_if("backgrounds")) {
    for (const std::string& name : backgrounds->keys()) {
      definition.components.push_back(make_background_component(
          name, root, shapes, context, binning, companions.time ? &*companions.time : nullptr));
      definition.components.back().scaled_by = scaled_by(nuisances, name);
      (void)backgrounds->has(name);
      processes.push_back(name);
    }
    backgrounds->finish();
  }
  if (const auto backgrounds = root.section_if("free_backgrounds")) {
    for (const std::string& name : backgrounds->keys()) {
      definition.parametric.push_back(make_parametric_background(backgrounds->section(name), name,
                                                                 binning, definition.nuisances));
    }
    backgrounds->finish();
  }
  check_scales(root, nuisances, processes);
  definition.statistic = make_statistic(root.section("data"), context, binning);
  root.finish();
  return {std::move(binning), std::move(signal), likelihood::Term{std::move(definition)},
          std::move(overlaps)};
}

}  // namespace nudipole::experiment
