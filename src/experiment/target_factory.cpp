#include "target_factory.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/nuclide.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <span>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return text;
}

/// Chemical symbols of the files of a folder: `xe` is Xe.
std::vector<std::string> symbols_in(const DataFolder& data, const std::string& folder) {
  std::vector<std::string> symbols;
  for (std::string name : data.tables_in(folder)) {
    if (name.find('_') != std::string::npos) continue;  // another set of an element's table
    name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
    symbols.push_back(std::move(name));
  }
  return symbols;
}

/// The table of an element. \throws the error of `atoms`, naming the elements that have one
const config::Table& element_table(DataFolder& data, const std::string& folder,
                                   const std::string& symbol, const std::string& suffix,
                                   const Section& atoms) {
  const std::string stem = lower_case(symbol) + suffix;
  const std::vector<std::string> known = data.tables_in(folder);
  if (std::ranges::find(known, stem) == known.end()) {
    const std::vector<std::string> symbols = symbols_in(data, folder);
    atoms.fail(symbol, "there is no table " + data.path_of(folder + "/" + stem + ".csv").string(),
               "one of: " + join(symbols) + ", or a table of its own",
               config::did_you_mean(symbol, symbols));
  }
  return data.table(folder + "/" + stem + ".csv");
}

struct Isotope {
  physics::Nuclide nuclide;
  double abundance;
};

physics::Nuclide find_nuclide(const config::Table& table, const std::string& name,
                              const std::string& wanted_by) {
  const auto names = table.text_column("nuclide");
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw DataError("no nuclide '" + name + "' in " + table.source(),
                    {.where = wanted_by, .hint = "add a row for it"});
  }
  const auto row = static_cast<std::size_t>(found - names.begin());
  return {.name = name,
          .protons = table.column("z", "-", Range::positive())[row],
          .neutrons = table.column("n", "-", Range::non_negative())[row],
          .atomic_mass_u = table.column("atomic_mass", "u", Range::positive())[row],
          .proton_radius_fm = table.column("rp", "fm", Range::positive())[row],
          .neutron_radius_fm = table.column("rn", "fm", Range::positive())[row]};
}

/// Replaces the radii by those of another published set, where that set has the nuclide.
void apply_radii(physics::Nuclide& nuclide, const std::string& set, const config::Table& table) {
  const auto names = table.text_column("nuclide");
  const auto sets = table.text_column("set");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (names[row] != nuclide.name || sets[row] != set) continue;
    nuclide.proton_radius_fm = table.column("rp", "fm", Range::positive())[row];
    nuclide.neutron_radius_fm = table.column("rn", "fm", Range::positive())[row];
    return;
  }
  throw DataError("no radii of " + nuclide.name + " in set '" + set + "'",
                  {.where = table.source(), .hint = "add a row, or choose another set"});
}

std::span<const double> read_abundances(const config::Table& isotopes) {
  const auto abundances = isotopes.column("abundance", "-", Range::between(0.0, 1.0));
  const double sum = std::accumulate(abundances.begin(), abundances.end(), 0.0);
  constexpr double rounding = 1.0e-3;
  if (std::abs(sum - 1.0) > rounding) {
    throw DataError("the abundances add up to " + shortest_text(sum),
                    {.where = isotopes.source(), .expected = "1"});
  }
  return abundances;
}

math::StepFunction read_free_electrons(const config::Table& table) {
  config::require_increasing(table, "t_min");
  std::vector<double> positions;
  for (const double t_min_keV : table.column("t_min", "keV", Range::non_negative())) {
    positions.push_back(units::MeV_per_keV * t_min_keV);
  }
  const auto electrons = table.column("z_eff", "-", Range::non_negative());
  return {std::move(positions), {electrons.begin(), electrons.end()}};
}

}  // namespace

config::Schema target_schema() {
  return {
      .keys = {Key::number("mass_kg", "mass", Range::positive()),
               Key::text("radii",
                         "rms radii: those of nuclides.csv (default), or a set of "
                         "radii_alternatives.csv")
                   .or_else("default"),
               Key::text("free_electrons",
                         "electrons that a recoil can free: those of elements/<element>.csv "
                         "(default), or the set of elements/<element>_<set>.csv")
                   .or_else("default"),
               Key::entries("atoms",
                            "elements of a molecule (files of isotopes/) and their "
                            "numbers",
                            Key::number("<element>", "atoms in a molecule", Range::positive()))}};
}

prediction::TargetMaterial make_target(const Section& section, DataFolder& data,
                                       ElectronTargets electrons) {
  const double mass_g = units::g_per_kg * section.number("mass_kg");
  const std::string radii = section.text("radii");
  const std::string chosen = section.text("free_electrons");
  const std::string electron_set = chosen == "default" ? "" : "_" + chosen;
  const Section atoms = section.section("atoms");
  const config::Table& nuclides = data.table("nuclides.csv");

  struct Element {
    std::string symbol;
    double per_molecule;
    std::vector<Isotope> isotopes;
  };
  std::vector<Element> elements;
  double molar_mass_g = 0.0;
  for (const std::string& symbol : atoms.keys()) {
    Element element{.symbol = symbol, .per_molecule = atoms.number(symbol), .isotopes = {}};
    const config::Table& isotopes = element_table(data, "isotopes", symbol, "", atoms);
    const auto names = isotopes.text_column("nuclide");
    const auto abundances = read_abundances(isotopes);
    for (std::size_t row = 0; row < isotopes.rows(); ++row) {
      physics::Nuclide nuclide = find_nuclide(nuclides, names[row], isotopes.source());
      if (radii != "default") {
        apply_radii(nuclide, radii, data.table("radii_alternatives.csv"));
      }
      molar_mass_g += element.per_molecule * abundances[row] * nuclide.atomic_mass_u;
      element.isotopes.push_back({std::move(nuclide), abundances[row]});
    }
    elements.push_back(std::move(element));
  }
  if (elements.empty()) section.fail("atoms", "the target has no atoms");

  const double molecules = mass_g / molar_mass_g * constants::avogadro_per_mol;
  prediction::TargetMaterial target;
  for (const Element& element : elements) {
    const double count = molecules * element.per_molecule;
    for (const Isotope& isotope : element.isotopes) {
      target.nuclides.push_back({isotope.nuclide, count * isotope.abundance});
    }
    if (electrons == ElectronTargets::none) continue;
    target.elements.push_back({element.symbol, count,
                               read_free_electrons(element_table(data, "elements", element.symbol,
                                                                 electron_set, atoms))});
  }
  return target;
}

}  // namespace nudipole::experiment::detail
