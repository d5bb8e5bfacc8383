#include "table_flux.hpp"

#include "nudipole/core/units.hpp"
#include "nudipole/flux/tabulated_spectrum.hpp"

#include <memory>
#include <string>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

enum class Points { joined, bins };

const config::Words<Helicity> helicities{{Helicity::neutrino, "neutrino", ""},
                                         {Helicity::antineutrino, "antineutrino", ""}};
const config::Words<Flavour> flavours{
    {Flavour::e, "e", ""}, {Flavour::mu, "mu", ""}, {Flavour::tau, "tau", ""}};
const config::Words<Points> point_kinds{
    {Points::joined, "joined", "straight lines between the rows, 0 outside"},
    {Points::bins, "bins", "constant from energy_lo to energy_hi"}};

/// What all components of the table have in common.
flux::Component describe(const Section& section) {
  return {.name = section.text("name"),
          .flavour = section.one_of("flavour", flavours),
          .helicity = section.one_of("helicity", helicities),
          .arrival = section.text("arrival"),
          .fluence_per_cm2 = 0.0,
          .spectrum = {},
          .origin = section.has("origin") ? section.text("origin") : std::string{}};
}

/// A spectrum of integral 1, and what it was divided by.
struct Normalised {
  std::shared_ptr<const flux::Spectrum> spectrum;
  double integral;
};

flux::PiecewiseLinear joined_points(const config::Table& table, const std::string& column,
                                    const std::string& unit, Range range) {
  config::require_increasing(table, "energy");
  const auto energies = table.column("energy", "MeV", Range::non_negative());
  const auto values = table.column(column, unit, range);
  return {{energies.begin(), energies.end()}, {values.begin(), values.end()}};
}

Normalised bins(const Section& section, const config::Table& table, const std::string& unit) {
  const std::vector<double> edges_MeV =
      config::contiguous_edges(table, "energy_lo", "energy_hi", "MeV");
  const auto values = table.column(section.text("column"), unit, Range::non_negative());
  double integral = 0.0;
  for (std::size_t bin = 0; bin < values.size(); ++bin) {
    integral += values[bin] * (edges_MeV[bin + 1] - edges_MeV[bin]);
  }
  return {flux::normalised_histogram_spectrum(edges_MeV, {values.begin(), values.end()}), integral};
}

/// The spectrum is that of all flavours where `probability` names a column: it is multiplied by it,
/// and then no longer of integral 1.
Normalised joined(const Section& section, const config::Table& table, const std::string& unit) {
  flux::PiecewiseLinear spectrum =
      joined_points(table, section.text("column"), unit, Range::non_negative());
  const double integral = spectrum.integral();
  if (!(integral > 0.0)) section.fail("column", "the spectrum is 0 everywhere");
  for (double& value : spectrum.values) value /= integral;
  if (!section.has("probability")) {
    return {flux::piecewise_linear_spectrum(std::move(spectrum)), integral};
  }
  const flux::PiecewiseLinear probability =
      joined_points(table, section.text("probability"), "-", Range::between(0.0, 1.0));
  return {flux::product_spectrum(spectrum, probability), integral};
}

flux::Component continuum(const Section& section, const Context& context, double seconds) {
  const config::Table& table = context.shared_table(section.text("table"), "fluxes");
  const auto total = section.number_if("flux_per_cm2_s");
  const std::string unit = total ? "1/MeV" : "1/cm2/s/MeV";
  const bool in_bins = section.one_of("points", point_kinds) == Points::bins;
  if (in_bins && section.has("probability")) {
    section.fail("probability", "a flux in bins has none", "points: joined");
  }
  const Normalised found = in_bins ? bins(section, table, unit) : joined(section, table, unit);
  flux::Component component = describe(section);
  component.fluence_per_cm2 = total.value_or(found.integral) * seconds;
  component.spectrum = found.spectrum;
  return component;
}

std::vector<flux::Component> lines(const Section& section, const Context& context, double seconds) {
  const config::Table& table = context.shared_table(section.text("table"), "fluxes");
  const auto energies = table.column("energy", "MeV", Range::positive());
  const auto fluxes = table.column(section.text("column"), "1/cm2/s", Range::non_negative());
  std::vector<flux::Component> components;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    flux::Component line = describe(section);
    line.fluence_per_cm2 = fluxes[row] * seconds;
    line.spectrum = flux::line_spectrum(energies[row]);
    components.push_back(std::move(line));
  }
  return components;
}

std::vector<Key> common_keys() {
  return {
      Key::text("name", "what tables call it, e.g. nubar_e"),
      Key::choice("flavour", "its flavour", flavours),
      Key::choice("helicity", "neutrinos or antineutrinos", helicities),
      Key::text("arrival", "arrival class; names a column of the time profile").or_else("steady"),
      Key::text("origin", "source that nuisances scale by signal.<origin>").optional(),
      Key::text("table", "file of the experiment's folder, or fluxes/<file>")};
}

}  // namespace

std::vector<Key> table_flux_keys() {
  config::Schema component{.keys = common_keys()};
  component.kinds = {
      {"spectrum",
       "a continuum against `energy` [MeV], or energy_lo and energy_hi for bins",
       {Key::text(
            "column",
            "its column of the flux in 1/cm2/s/MeV; beside flux_per_cm2_s its shape in 1/MeV"),
        Key::number("flux_per_cm2_s", "total flux", Range::positive()).optional(),
        Key::text("probability", "column of the share of this flavour [-]").optional(),
        Key::choice("points", "what the rows are", point_kinds).or_else("joined")}},
      {"lines",
       "energies without width, one row each",
       {Key::text("column",
                  "its column of the flux in 1/cm2/s; the energy is in `energy` [MeV]")}}};
  return {Key::number("exposure_days", "time", Range::positive()),
          Key::sections("components", "neutrinos of one flavour each", std::move(component))};
}

flux::Source table_flux(const Section& section, const Context& context) {
  const double seconds = section.number("exposure_days") * units::seconds_per_day;
  flux::Source source;
  for (const Section& part : section.sections("components")) {
    if (part.kind() == "spectrum") {
      source.components.push_back(continuum(part, context, seconds));
      continue;
    }
    for (flux::Component& line : lines(part, context, seconds)) {
      source.components.push_back(std::move(line));
    }
  }
  if (source.components.empty()) section.fail("components", "the flux has no neutrinos");
  return source;
}

}  // namespace nudipole::experiment::detail
