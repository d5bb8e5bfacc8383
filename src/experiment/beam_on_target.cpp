#include "nudipole/experiment/beam_on_target.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/factories.hpp"
#include "open_experiment.hpp"
#include "options.hpp"
#include "target_factory.hpp"

#include <algorithm>
#include <cctype>

namespace nudipole::experiment {
namespace {

using config::Section;

/// "CsI" -> "Cs: 1, I: 1"; "NaI", "C3F8" likewise.
std::string atoms_of(const std::string& formula) {
  std::string atoms;
  std::size_t i = 0;
  const auto is = [&](int (*kind)(int)) {
    return i < formula.size() && kind(static_cast<unsigned char>(formula[i])) != 0;
  };
  while (is(std::isupper)) {
    std::string symbol{formula[i++]};
    while (is(std::islower)) symbol += formula[i++];
    std::string count;
    while (is(std::isdigit)) count += formula[i++];
    atoms += (atoms.empty() ? "" : ", ") + symbol + ": " + (count.empty() ? "1" : count);
  }
  if (atoms.empty() || i != formula.size()) {
    throw ConfigError("'" + formula + "' is not the formula of a target",
                      {.where = "--target", .expected = "elements and numbers, e.g. Xe or CsI"});
  }
  return atoms;
}

std::string formula_of(const Section& atoms) {
  std::string formula;
  for (const std::string& symbol : atoms.keys()) {
    const double count = atoms.number(symbol);
    formula += symbol + (count == 1.0 ? "" : shortest_text(count));
  }
  return formula;
}

bool electrons_known(const Section& atoms, const DataFolder& data) {
  for (std::string symbol : atoms.keys()) {
    for (char& letter : symbol) {
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    if (!data.has_file("elements/" + symbol + ".csv")) return false;
  }
  return true;
}

/// Not every kind of flux has a duration.
std::optional<double> exposure_of(const Section& flux) {
  const std::vector<std::string> keys = flux.keys();
  if (std::ranges::find(keys, "exposure_days") == keys.end()) return std::nullopt;
  return flux.number("exposure_days");
}

}  // namespace

BeamOnTarget load_beam_on_target(DataFolder& data, const Selection& selection,
                                 const std::optional<std::string>& formula) {
  const Section file = detail::open_experiment(data, selection);
  const Section root =
      detail::apply_options(file, selection).as(experiment_schema(data.flux_kinds()));
  const Context context{.data = &data, .folder = selection.name};
  const Section target = formula ? Section::parse("mass_kg: 1\natoms: {" + atoms_of(*formula) + "}",
                                                  "--target", detail::target_schema())
                                 : root.section("target");
  const Section flux = root.section("flux");
  const Section atoms = target.section("atoms");
  return {
      .source = make_flux(flux, context),
      .material = detail::make_target(target, data,
                                      electrons_known(atoms, data) ? detail::ElectronTargets::free
                                                                   : detail::ElectronTargets::none),
      .formula = formula_of(atoms),
      .mass_kg = target.number("mass_kg"),
      .exposure_days = exposure_of(flux),
      .coherent_terms = root.section("signals").text("cevns_terms") == "leading"
                            ? physics::CoherentTerms::leading
                            : physics::CoherentTerms::full};
}

}  // namespace nudipole::experiment
