#include "solar_factory.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/flux/solar.hpp"

#include <cmath>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

flux::PiecewiseLinear read_function(const config::Table& table, const std::string& column,
                                    const std::string& unit, Range range) {
  config::require_increasing(table, "energy");
  const auto energies = table.column("energy", "MeV", Range::non_negative());
  const auto values = table.column(column, unit, range);
  return {{energies.begin(), energies.end()}, {values.begin(), values.end()}};
}

flux::FlavourShares read_shares(const Section& section) {
  flux::FlavourShares shares{};
  double sum = 0.0;
  for (const Flavour flavour : all_flavours) {
    const double share = section.number(to_string(flavour));
    shares[index_of(flavour)] = share;
    sum += share;
  }
  constexpr double rounding = 1.0e-3;  // shares are written with few digits
  if (std::abs(sum - 1.0) > rounding) {
    section.fail("", "the shares add up to " + std::to_string(sum),
                 "shares of e, mu and tau that add up to 1");
  }
  return shares;
}

}  // namespace

double boron8_flux_per_cm2_s(const Section& section, const std::string& key,
                             const Context& context) {
  const std::string model = section.text(key);
  const config::Table table = context.data->table("fluxes/solar_flux.csv");
  const auto sources = table.text_column("source");
  const auto models = table.text_column("model");
  std::vector<std::string> known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (sources[row] != "8B") continue;
    if (models[row] == model) return table.column("flux", "1/cm2/s", Range::positive())[row];
    known.push_back(models[row]);
  }
  section.fail(key, "no 8B flux is called '" + model + "' in " + table.source(),
               "one of: " + join(known), config::did_you_mean(model, known));
}

std::vector<Key> solar_8b_keys() {
  std::vector<Key> shares;
  for (const Flavour flavour : all_flavours) {
    shares.push_back(Key::number(std::string{to_string(flavour)}, "share; the three add up to 1",
                                 Range::between(0.0, 1.0)));
  }
  return {Key::choice("shape", "energy spectrum, a column of fluxes/solar_8b.csv",
                      {{"winter", "Winter et al."}, {"bahcall", "Bahcall et al."}}),
          Key::text("normalisation", "total flux: the model of a row of fluxes/solar_flux.csv"),
          Key::number("exposure_days", "time", Range::positive()),
          Key::section("flavours", "flavours at the Earth",
                       {.kinds = {{"table",
                                   "shares against the energy",
                                   {Key::text("table",
                                              "file in fluxes/ with energy, pee, pemu, "
                                              "petau")}},
                                  {"constant", "the same shares at all energies", shares}}})};
}

flux::Source solar_8b(const Section& section, const Context& context) {
  const std::string shape = section.text("shape");
  const flux::SolarFlux sun{
      .flux_per_cm2_s = boron8_flux_per_cm2_s(section, "normalisation", context),
      .exposure_days = section.number("exposure_days"),
      .shape = read_function(context.data->table("fluxes/solar_8b.csv"), shape, "1/MeV",
                             Range::non_negative())};
  const Section flavours = section.section("flavours");
  flux::Source source;
  if (flavours.kind() == "table") {
    const config::Table table = context.data->table("fluxes/" + flavours.text("table"));
    flux::FlavourTables probabilities;
    for (const Flavour flavour : all_flavours) {
      probabilities[index_of(flavour)] = read_function(
          table, "pe" + std::string{to_string(flavour)}, "-", Range::between(0.0, 1.0));
    }
    source = flux::solar_neutrinos(sun, probabilities);
  } else {
    source = flux::solar_neutrinos(sun, read_shares(flavours));
  }
  return source;
}

}  // namespace nudipole::experiment::detail
