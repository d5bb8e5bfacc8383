#include "solar_factory.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/flux/solar.hpp"

#include <algorithm>
#include <cmath>
#include <map>

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

/// Columns pee, pemu and petau.
flux::FlavourTables read_probabilities(const config::Table& table) {
  flux::FlavourTables probabilities;
  for (const Flavour flavour : all_flavours) {
    probabilities[index_of(flavour)] =
        read_function(table, "pe" + std::string{to_string(flavour)}, "-", Range::between(0.0, 1.0));
  }
  return probabilities;
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

/// Total flux [1/cm2/s] of a source as a model has it.
double flux_per_cm2_s(const Section& section, const std::string& key, const std::string& source,
                      const std::string& model, const Context& context) {
  const config::Table table = context.data->table("fluxes/solar_flux.csv");
  const auto sources = table.text_column("source");
  const auto models = table.text_column("model");
  std::vector<std::string> known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (sources[row] != source) continue;
    if (models[row] == model) return table.column("flux", "1/cm2/s", Range::positive())[row];
    known.push_back(models[row]);
  }
  section.fail(key, "no " + source + " flux is called '" + model + "' in " + table.source(),
               "one of: " + join(known), config::did_you_mean(model, known));
}

/// Sources of the Sun whose neutrinos have a continuous spectrum, and its file in fluxes/.
const std::map<std::string, std::string>& continua() {
  static const std::map<std::string, std::string> files{
      {"pp", "solar_pp.csv"},   {"13N", "solar_13n.csv"}, {"15O", "solar_15o.csv"},
      {"17F", "solar_17f.csv"}, {"hep", "solar_hep.csv"}, {"8B", "solar_8b.csv"}};
  return files;
}

/// The names of sources that kind `solar` knows.
std::vector<std::string> known_sources(const config::Table& lines) {
  std::vector<std::string> names;
  names.reserve(continua().size() + lines.rows());
  for (const auto& [name, file] : continua()) names.push_back(name);
  for (const std::string& name : lines.text_column("source")) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

/// Lines of a source: none when it is a continuum.
flux::Source lines_of(const flux::SolarIntensity& whole, const config::Table& lines) {
  flux::Source source;
  const auto sources = lines.text_column("source");
  const auto energies = lines.column("energy", "MeV", Range::positive());
  const auto shares = lines.column("share", "-", Range::between(0.0, 1.0));
  for (std::size_t row = 0; row < lines.rows(); ++row) {
    if (sources[row] != whole.origin) continue;
    flux::SolarIntensity intensity = whole;
    intensity.flux_per_cm2_s *= shares[row];
    flux::FlavourShares flavours{};
    for (const Flavour flavour : all_flavours) {
      flavours[index_of(flavour)] =
          lines.column("pe" + std::string{to_string(flavour)}, "-", Range::between(0.0, 1.0))[row];
    }
    const flux::Source line = flux::solar_neutrinos(
        flux::SolarLine{.intensity = intensity, .energy_MeV = energies[row]}, flavours);
    source.components.insert(source.components.end(), line.components.begin(),
                             line.components.end());
  }
  return source;
}

/// A source with a continuous spectrum.
flux::Source continuum_of(const Section& section, const flux::SolarIntensity& intensity,
                          const Context& context) {
  const config::Table table =
      context.data->table("fluxes/" + continua().find(intensity.origin)->second);
  const bool boron8 = intensity.origin == "8B";
  const config::Table probabilities =
      boron8 ? context.data->table("fluxes/solar_8b_oscillation.csv") : table;
  const flux::SolarFlux sun{
      .intensity = intensity,
      .shape = read_function(table, boron8 ? section.text("boron8_shape") : "shape", "1/MeV",
                             Range::non_negative())};
  return flux::solar_neutrinos(sun, read_probabilities(probabilities));
}

Key boron8_shape_key(const std::string& name) {
  return Key::choice(name, "energy spectrum of 8B neutrinos, a column of fluxes/solar_8b.csv",
                     {{"winter", "Winter et al."}, {"bahcall", "Bahcall et al."}});
}

}  // namespace

double boron8_flux_per_cm2_s(const Section& section, const std::string& key,
                             const Context& context) {
  return flux_per_cm2_s(section, key, "8B", section.text(key), context);
}

std::vector<Key> solar_8b_keys() {
  std::vector<Key> shares;
  shares.reserve(flavour_count);
  for (const Flavour flavour : all_flavours) {
    shares.push_back(Key::number(std::string{to_string(flavour)}, "share; the three add up to 1",
                                 Range::between(0.0, 1.0)));
  }
  return {boron8_shape_key("shape"),
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
      .intensity = {.flux_per_cm2_s = boron8_flux_per_cm2_s(section, "normalisation", context),
                    .exposure_days = section.number("exposure_days")},
      .shape = read_function(context.data->table("fluxes/solar_8b.csv"), shape, "1/MeV",
                             Range::non_negative())};
  const Section flavours = section.section("flavours");
  flux::Source source;
  if (flavours.kind() == "table") {
    const config::Table table = context.data->table("fluxes/" + flavours.text("table"));
    source = flux::solar_neutrinos(sun, read_probabilities(table));
  } else {
    source = flux::solar_neutrinos(sun, read_shares(flavours));
  }
  return source;
}

std::vector<Key> solar_keys() {
  return {
      Key::texts("sources",
                 "pp, 7Be, pep, 13N, 15O, 17F, 8B, hep, or some of them; nuisances "
                 "scale signal.<source>")
          .at_least(1),
      Key::text("normalisation", "total flux of each: the model of rows of fluxes/solar_flux.csv"),
      Key::entries("normalisations", "that of single sources, where it is another",
                   Key::text("<source>", "model"))
          .optional(),
      Key::number("exposure_days", "time", Range::positive()),
      boron8_shape_key("boron8_shape").or_else("winter")};
}

flux::Source solar(const Section& section, const Context& context) {
  const config::Table lines = context.data->table("fluxes/solar_lines.csv");
  const std::vector<std::string> known = known_sources(lines);
  const std::vector<std::string> wanted = section.texts("sources");
  const auto others = section.section_if("normalisations");
  if (others) {
    for (const std::string& name : others->keys()) {
      if (std::ranges::find(wanted, name) != wanted.end()) continue;
      others->fail(name, "the flux has no such source", "one of: " + join(wanted),
                   config::did_you_mean(name, wanted));
    }
  }
  flux::Source sun;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string& name = wanted[i];
    const std::string place = "sources[" + std::to_string(i) + "]";
    if (std::ranges::find(known, name) == known.end()) {
      section.fail(place, "no solar source '" + name + "'", "one of: " + join(known),
                   config::did_you_mean(name, known));
    }
    if (std::ranges::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), name) !=
        wanted.begin() + static_cast<std::ptrdiff_t>(i)) {
      section.fail(place, "'" + name + "' is named twice");
    }
    const bool own = others && others->has(name);
    const flux::SolarIntensity intensity{
        .flux_per_cm2_s = own ? flux_per_cm2_s(*others, name, name, others->text(name), context)
                              : flux_per_cm2_s(section, "normalisation", name,
                                               section.text("normalisation"), context),
        .exposure_days = section.number("exposure_days"),
        .origin = name};
    const flux::Source part = continua().contains(name) ? continuum_of(section, intensity, context)
                                                        : lines_of(intensity, lines);
    sun.components.insert(sun.components.end(), part.components.begin(), part.components.end());
  }
  return sun;
}

}  // namespace nudipole::experiment::detail
