// The elements that come with the program, by identities that hold whatever the source of a number.
#include "nudipole/config/table.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <algorithm>
#include <map>
#include <numeric>

using namespace nudipole;

namespace {

/// Standard atomic weights (IUPAC 2021, conventional values) and charges.
struct Element {
  double weight_u;
  double protons;
};
const std::map<std::string, Element> elements{
    {"al", {26.9815384, 13}},  {"c", {12.011, 6}},   {"ca", {40.078, 20}}, {"cs", {132.90545, 55}},
    {"f", {18.998403162, 9}},  {"ge", {72.630, 32}}, {"h", {1.008, 1}},    {"i", {126.90447, 53}},
    {"na", {22.98976928, 11}}, {"o", {15.999, 8}},   {"si", {28.085, 14}}, {"w", {183.84, 74}},
    {"xe", {131.293, 54}}};

experiment::DataFolder project_data() { return experiment::DataFolder{test::data_dir()}; }

}  // namespace

TEST_CASE("Abundances add up to 1 and give the standard atomic weight") {
  experiment::DataFolder data = project_data();
  const config::Table& nuclides = data.table("nuclides.csv");
  const auto names = nuclides.text_column("nuclide");
  for (const std::string& symbol : data.tables_in("isotopes")) {
    if (symbol == "ar") continue;  // taken as argon-40, as the analyses do
    INFO(symbol);
    REQUIRE(elements.contains(symbol));
    const Element& element = elements.at(symbol);
    const config::Table& isotopes = data.table("isotopes/" + symbol + ".csv");
    const auto abundances = isotopes.column("abundance", "-");
    CHECK(std::accumulate(abundances.begin(), abundances.end(), 0.0) ==
          Approx(1.0).epsilon(0.0).margin(2.0e-6));  // printed digits
    double mean_u = 0.0;
    for (std::size_t row = 0; row < isotopes.rows(); ++row) {
      const auto found = std::ranges::find(names, isotopes.text_column("nuclide")[row]);
      REQUIRE(found != names.end());
      const auto place = static_cast<std::size_t>(found - names.begin());
      const double mass_u = nuclides.column("atomic_mass", "u")[place];
      const double z = nuclides.column("z", "-")[place];
      const double n = nuclides.column("n", "-")[place];
      CHECK(z == element.protons);
      CHECK(mass_u == Approx(z + n).epsilon(0.0).margin(0.11));  // mass defects
      mean_u += abundances[row] * mass_u;
    }
    CHECK(mean_u == Approx(element.weight_u).epsilon(1.0e-4));
  }
}

TEST_CASE("All electrons are free at last, shell by shell") {
  experiment::DataFolder data = project_data();
  std::size_t checked = 0;
  for (const std::string& name : data.tables_in("elements")) {
    if (name.ends_with("_ratio")) continue;
    INFO(name);
    const std::string symbol = name.substr(0, name.find('_'));
    REQUIRE(elements.contains(symbol));
    const config::Table& table = data.table("elements/" + name + ".csv");
    const auto electrons = table.column("z_eff", "-");
    CHECK(electrons.back() == elements.at(symbol).protons);
    config::require_increasing(table, "t_min", "z_eff");
    ++checked;
  }
  CHECK(checked == 14);  // thirteen elements, xenon with two sets
}
