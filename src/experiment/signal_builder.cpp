#include "signal_builder.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/experiment/target.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "nudipole/physics/kinematics.hpp"

#include <algorithm>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Section;

/// Recoils below this leave no signal in any detector here; panels below are dropped anyway.
constexpr double least_recoil_MeV = 1.0e-7;
/// Electron recoils above this are far outside the energy windows of these detectors.
constexpr double largest_electron_recoil_MeV = 1.0;

/// What the analysis counts.
struct Signals {
  bool electrons;
  physics::CoherentTerms coherent_terms;
  prediction::PortalChannels portal_channels;
};

const config::Words<physics::CoherentTerms> coherent_terms{
    {physics::CoherentTerms::full, "full", "1 - T/E - M T/(2 E^2)"},
    {physics::CoherentTerms::leading, "leading", "without -T/E"}};
const config::Words<prediction::PortalChannels> portal_channels{
    {prediction::PortalChannels::both, "both", "of nuclei and electrons"},
    {prediction::PortalChannels::nuclear, "nuclear", "of nuclei"},
    {prediction::PortalChannels::electron, "electron", "of electrons"}};

Signals read_signals(const Section& section) {
  Signals signals{};
  signals.electrons = section.flag("electron_recoils");
  signals.coherent_terms = section.one_of("cevns_terms", coherent_terms);
  signals.portal_channels = section.one_of("dipole_channels", portal_channels);
  if (signals.portal_channels == prediction::PortalChannels::electron && !signals.electrons) {
    section.fail("dipole_channels", "electron recoils are switched off",
                 "electron_recoils: true, or another channel");
  }
  return signals;
}

/// Response of one kind of recoil: its own quenching with the common smearing and efficiencies.
detector::EnergyResponse make_response(const Section& response, const std::string& recoil,
                                       const Context& context, const std::string& observed_unit) {
  const Section own = response.section(recoil);
  auto quenching = make_quenching(own.section("quenching"), context);
  std::vector<detector::AppliedEfficiency> efficiencies;
  for (const Section& efficiency : response.sections("efficiencies")) {
    efficiencies.push_back(make_efficiency(efficiency, context, observed_unit));
  }
  return {std::move(quenching), make_smearing(response.section("smearing"), context),
          std::move(efficiencies)};
}

/// Weights of a nuclide on the response's nodes.
prediction::Target make_nucleus(const NuclideInTarget& entry, const math::PanelGrid& grid) {
  const physics::Nuclide& nuclide = entry.nuclide;
  const auto nodes = static_cast<Eigen::Index>(grid.node_count());
  prediction::Target target{.name = nuclide.name,
                            .mass_MeV = nuclide.nuclear_mass_MeV(),
                            .response = 0,
                            .charge_squared = Eigen::ArrayXd(nodes),
                            .weak_charge_squared = {}};
  target.weak_charge_squared.fill(Eigen::ArrayXd(nodes));
  const physics::HelmFormFactor protons{nuclide.proton_radius_fm};
  const physics::HelmFormFactor neutrons{nuclide.neutron_radius_fm};
  for (Eigen::Index i = 0; i < nodes; ++i) {
    const double q =
        physics::momentum_transfer_MeV(grid.nodes()[static_cast<std::size_t>(i)], target.mass_MeV);
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
prediction::Target make_electrons(const TargetMaterial& material, const math::PanelGrid& grid,
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
                                                     const Context& context,
                                                     const math::BinAxis& energy) {
  std::vector<detector::EnergyResponse> responses{
      make_response(response, recoil, context, energy.unit)};
  for (const Section& file : varied) {
    responses.push_back(make_response(file.section("response"), recoil, context, energy.unit));
  }
  return responses;
}

/// Files in which a part of the detector differs, and the variants of the signal in terms of them.
struct SignalVariants {
  std::vector<prediction::ResponseVariant> variants{prediction::ResponseVariant{}};
  std::vector<Section> responses{};   ///< block 1, 2, ...
  std::vector<Section> companions{};  ///< spread 1, 2, ...
};

SignalVariants list_variants(const std::vector<detail::ShapeNuisance>& shapes) {
  SignalVariants list;
  for (const detail::ShapeNuisance& shape : shapes) {
    for (const Section& file : shape.variants()) {
      prediction::ResponseVariant& variant = list.variants.emplace_back();
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

/// What the detector does with recoils of nuclei.
detail::StackedResponse make_nuclear_response(const Section& response, const Context& context,
                                              const math::Binning& binning,
                                              const math::BinAxis& energy,
                                              const SignalVariants& variants, double largest_recoil,
                                              const math::PanelSettings& panels) {
  if (response.kind() == "energy") {
    return {.response = detector::tabulate(
                make_responses(response, variants.responses, "nucleus", context, energy), energy,
                least_recoil_MeV, largest_recoil, {}, panels),
            .shifts = {},
            .variants = 1};
  }
  if (variants.variants.size() > 1) {
    response.fail("kind", "a probability table has shifts of its own",
                  "nuisances of kind shift instead of shape");
  }
  return detail::read_probability_table(response, context, binning, panels);
}

}  // namespace

namespace detail {

config::Schema signals_schema() {
  return {.keys = {Key::flag("electron_recoils", "count recoils of electrons too"),
                   Key::choice("cevns_terms", "terms of the CEvNS cross section", coherent_terms),
                   Key::choice("dipole_channels", "recoils that the dipole signal counts",
                               portal_channels)
                       .or_else("both")}};
}

config::Schema response_schema() {
  const config::Schema recoil{
      .keys = {Key::section("quenching", "recoil energy -> electron-equivalent energy",
                            quenching_schema())}};
  return {
      .kinds = {{"energy",
                 "quenching, smearing and efficiencies",
                 {Key::section("nucleus", "of recoils of nuclei", recoil),
                  Key::section("electron",
                               "of recoils of electrons; required when signals count them", recoil)
                      .optional(),
                  Key::section("smearing", "electron-equivalent energy -> observable",
                               smearing_schema()),
                  Key::sections("efficiencies", "factors of the selection; may be empty",
                                efficiency_schema())}},
                probability_table_kind()},
      .default_kind = "energy"};
}

BuiltSignal build_signal(const Section& root, const Context& context, const math::Binning& binning,
                         const math::BinAxis& energy, const Companions& companions,
                         const std::vector<ShapeNuisance>& shapes,
                         const math::PanelSettings& panels) {
  prediction::SignalModel::Definition definition;
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
    largest =
        std::max(largest, largest_recoil_MeV(definition.source, entry.nuclide.nuclear_mass_MeV()));
  }
  StackedResponse nuclear =
      make_nuclear_response(response, context, binning, energy, variants, largest, panels);
  definition.responses.push_back(std::move(nuclear.response));
  if (!nuclear.shifts.empty()) {
    definition.variants.clear();
    for (Eigen::Index block = 0; block < nuclear.variants; ++block) {
      definition.variants.push_back({.block = block});
    }
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
        make_responses(response, variants.responses, "electron", context, energy), energy,
        least_recoil_MeV,
        std::min(largest_electron_recoil_MeV,
                 largest_recoil_MeV(definition.source, constants::electron_mass_MeV)),
        steps, panels));
    definition.electrons.push_back(make_electrons(material, definition.responses.back().grid, 1));
  }

  std::vector<detail::Companions> spreads{companions};
  for (const Section& file : variants.companions) {
    spreads.push_back(detail::make_companions(file, context, energy));
  }
  for (const flux::Component& component : definition.source.components) {
    std::vector<prediction::Spread> list;
    for (const detail::Companions& one : spreads) {
      list.push_back(one.spread(component.arrival, component.name, root));
    }
    definition.spreads.insert_or_assign(component.arrival, std::move(list));
  }
  return {prediction::SignalModel{std::move(definition)}, std::move(nuclear.shifts)};
}

}  // namespace detail
}  // namespace nudipole::experiment
