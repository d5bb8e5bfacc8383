#include "reactor_flux.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/flux/reactor.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Schema;
using config::Section;

using flux::fissile_isotopes;
using flux::IsotopeSpectra;
using flux::PerIsotope;

constexpr const char* spectrum_unit = "1/MeV/fission";
constexpr double joint_energy_MeV = 2.0;  ///< where the two sources of spectra meet

PerIsotope<double> read_per_isotope(const Section& section) {
  PerIsotope<double> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = section.number(fissile_isotopes[i]);
  return values;
}

PerIsotope<double> read_fission_fractions(const Section& section) {
  const PerIsotope<double> values = read_per_isotope(section.section("fission_fractions"));
  double sum = 0.0;
  for (const double fraction : values) sum += fraction;
  constexpr double rounding = 1.0e-6;
  if (std::abs(sum - 1.0) > rounding) {
    section.fail("fission_fractions", "the fractions add up to " + std::to_string(sum), "1");
  }
  return values;
}

/// The isotopes that a table has.
IsotopeSpectra read_isotopes(const config::Table& table) {
  config::require_increasing(table, "energy");
  const auto energies = table.column("energy", "MeV");
  IsotopeSpectra spectra{.energies_MeV = {energies.begin(), energies.end()}};
  for (std::size_t i = 0; i < fissile_isotopes.size(); ++i) {
    if (!table.has(fissile_isotopes[i])) continue;
    const auto values = table.column(fissile_isotopes[i], spectrum_unit, Range::non_negative());
    spectra.densities[i] = {values.begin(), values.end()};
  }
  return spectra;
}

IsotopeSpectra read_spectra(const Section& section, DataFolder& data) {
  const IsotopeSpectra standard = read_isotopes(data.table("fluxes/reactor_vogel_mueller.csv"));
  if (section.text("above_2MeV") == "mueller") return standard;
  return flux::joined(standard, read_isotopes(data.table("fluxes/reactor_huber.csv")),
                      joint_energy_MeV);
}

std::size_t polynomial_row(const config::Table& table, const std::string& set,
                           const std::string& isotope) {
  const auto sets = table.text_column("set");
  const auto names = table.text_column("isotope");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (sets[row] == set && names[row] == isotope) return row;
  }
  // Huber's set has no 238U: that of Mueller et al. stands in.
  if (set != "mueller") return polynomial_row(table, "mueller", isotope);
  throw DataError("no polynomial for " + isotope, {.where = table.source()});
}

flux::ExponentialPolynomial read_polynomial(const config::Table& table, std::size_t row) {
  constexpr std::array<std::pair<const char*, const char*>, 6> terms{{{"a0", "-"},
                                                                      {"a1", "1/MeV"},
                                                                      {"a2", "1/MeV^2"},
                                                                      {"a3", "1/MeV^3"},
                                                                      {"a4", "1/MeV^4"},
                                                                      {"a5", "1/MeV^5"}}};
  flux::ExponentialPolynomial coefficients{};
  for (std::size_t p = 0; p < terms.size(); ++p) {
    coefficients[p] = table.column(terms[p].first, terms[p].second)[row];
  }
  return coefficients;
}

IsotopeSpectra read_tail(const Section& section, DataFolder& data, IsotopeSpectra spectra) {
  const double begin = spectra.energies_MeV.back();
  const double end = section.number("tail_end_MeV");
  if (end <= begin) {
    section.fail("tail_end_MeV", "the tail ends before it begins",
                 "a number > " + shortest_text(begin));
  }
  const config::Table table = data.table("fluxes/reactor_polynomials.csv");
  PerIsotope<flux::ExponentialPolynomial> tails{};
  for (std::size_t i = 0; i < tails.size(); ++i) {
    tails[i] = read_polynomial(
        table, polynomial_row(table, section.text("above_2MeV"), fissile_isotopes[i]));
  }
  return flux::with_tail(std::move(spectra), tails, end);
}

/// Fissions seen through 1 cm^2 in the exposure [cm^-2].
double fissions_per_cm2(const Section& section, const PerIsotope<double>& fractions,
                        double antineutrinos_per_fission) {
  const double seconds = units::seconds_per_day * section.number("exposure_days");
  const Section normalisation = section.section("normalisation");
  if (normalisation.kind() == "spectrum") {
    return normalisation.number("flux_per_cm2_s") / antineutrinos_per_fission * seconds;
  }
  return seconds * flux::fissions_per_cm2_s(
                       normalisation.number("power_GW"), normalisation.number("distance_m"),
                       fractions,
                       read_per_isotope(normalisation.section("energy_per_fission_MeV")));
}

/// Spectrum of 239U and 239Np decays together, and antineutrinos per fission.
struct Capture {
  std::shared_ptr<const flux::Spectrum> spectrum;
  double per_fission;
};

Capture read_capture(const Section& section, DataFolder& data) {
  const config::Table table = data.table("fluxes/reactor_capture.csv");
  std::vector<double> edges = config::contiguous_edges(table, "energy_lo", "energy_hi", "MeV");
  const auto u239 = table.column("u239", "1/MeV/decay", Range::non_negative());
  const auto np239 = table.column("np239", "1/MeV/decay", Range::non_negative());
  std::vector<double> densities;
  double per_capture = 0.0;
  for (std::size_t bin = 0; bin < table.rows(); ++bin) {
    densities.push_back(u239[bin] + np239[bin]);
    per_capture += densities.back() * (edges[bin + 1] - edges[bin]);
  }
  return {.spectrum = flux::normalised_histogram_spectrum(std::move(edges), std::move(densities)),
          .per_fission = per_capture * section.number("captures_per_fission")};
}

}  // namespace

std::vector<Key> reactor_keys() {
  const auto per_isotope = [](const std::string& what) {
    Schema schema;
    for (const char* isotope : fissile_isotopes) {
      schema.keys.push_back(Key::number(isotope, what, Range::non_negative()));
    }
    return schema;
  };
  return {Key::section("fission_fractions", "shares of the fissions, which add up to 1",
                       per_isotope("share")),
          Key::choice("above_2MeV", "spectra from 2 MeV on; below, Vogel and Engel",
                      {{"mueller", "Mueller et al."}, {"huber", "Huber; 238U of Mueller et al."}}),
          Key::section(
              "normalisation", "number of fissions",
              {.kinds = {{"spectrum",
                          "from the flux at the detector",
                          {Key::number("flux_per_cm2_s", "antineutrinos of all energies",
                                       Range::positive())}},
                         {"power",
                          "from the thermal power",
                          {Key::number("power_GW", "thermal power", Range::positive()),
                           Key::number("distance_m", "from core to detector", Range::positive()),
                           Key::section("energy_per_fission_MeV", "energy released, in MeV",
                                        per_isotope("energy [MeV]"))}}}}),
          Key::choice("neutron_capture", "antineutrinos of 239U and 239Np",
                      {{"off", "none"},
                       {"added", "on top of the flux of kind spectrum"},
                       {"included", "in the flux of kind spectrum"}}),
          Key::number("captures_per_fission", "of 238U; not used with neutron_capture off",
                      Range::positive())
              .required_with("neutron_capture", {"added", "included"}),
          Key::choice("tail", "antineutrinos above the tables' 8 MeV",
                      {{"none", "none"}, {"polynomial", "exponential polynomials of the spectra"}}),
          Key::number("tail_end_MeV", "end of the tail", Range::positive())
              .required_with("tail", {"polynomial"}),
          Key::number("exposure_days", "time", Range::positive())};
}

flux::Source make_reactor(const Section& section, const Context& context) {
  const PerIsotope<double> fractions = read_fission_fractions(section);
  IsotopeSpectra spectra = read_spectra(section, *context.data);
  // The tail comes on top: it must not move what is below.
  const double tabulated_per_fission = flux::fission_spectrum(spectra, fractions).integral();
  if (section.text("tail") == "polynomial") {
    spectra = read_tail(section, *context.data, std::move(spectra));
  }
  const flux::PiecewiseLinear fission = flux::fission_spectrum(spectra, fractions);

  const std::string capture_mode = section.text("neutron_capture");
  Capture capture{.spectrum = nullptr, .per_fission = 0.0};
  if (capture_mode != "off") capture = read_capture(section, *context.data);

  const double fissions = fissions_per_cm2(
      section, fractions,
      tabulated_per_fission + (capture_mode == "included" ? capture.per_fission : 0.0));
  flux::Source source;
  const auto add = [&](const std::string& name, double per_fission, auto spectrum) {
    source.components.push_back({.name = name,
                                 .flavour = Flavour::e,
                                 .helicity = Helicity::antineutrino,
                                 .arrival = "steady",
                                 .fluence_per_cm2 = fissions * per_fission,
                                 .spectrum = std::move(spectrum)});
  };
  add("nubar_e_fission", fission.integral(), flux::normalised_linear_spectrum(fission));
  if (capture.spectrum) add("nubar_e_capture", capture.per_fission, capture.spectrum);
  return source;
}

}  // namespace nudipole::experiment::detail
