#include "reactor_spectra.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

using flux::fissile_isotopes;
using flux::IsotopeSpectra;
using flux::PerIsotope;

constexpr const char* spectrum_unit = "1/MeV/fission";
constexpr double joint_energy_MeV = 2.0;  ///< where the two sources of spectra meet

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

/// The polynomials of all isotopes.
PerIsotope<flux::ExponentialPolynomial> read_polynomials(DataFolder& data, const std::string& set) {
  const config::Table& table = data.table("fluxes/reactor_polynomials.csv");
  PerIsotope<flux::ExponentialPolynomial> polynomials{};
  for (std::size_t i = 0; i < polynomials.size(); ++i) {
    polynomials[i] = read_polynomial(table, polynomial_row(table, set, fissile_isotopes[i]));
  }
  return polynomials;
}

/// Vogel and Engel below 2 MeV, and what the section chooses above.
IsotopeSpectra read_spectra(const Section& section, DataFolder& data) {
  IsotopeSpectra standard = read_isotopes(data.table("fluxes/reactor_vogel_mueller.csv"));
  const std::string above = section.text("above_2MeV");
  if (above == "mueller") return standard;
  if (above == "huber") {
    return flux::joined(standard, read_isotopes(data.table("fluxes/reactor_huber.csv")),
                        joint_energy_MeV);
  }
  if (section.text("tail") != "none") {
    section.fail("tail", "the polynomials of above_2MeV have no tail", "none",
                 "raise polynomial_end_MeV");
  }
  return flux::joined(standard,
                      flux::polynomial_spectra(read_polynomials(data, "mueller"), joint_energy_MeV,
                                               section.number("polynomial_end_MeV")),
                      joint_energy_MeV);
}

IsotopeSpectra read_tail(const Section& section, DataFolder& data, IsotopeSpectra spectra) {
  const double begin = spectra.energies_MeV.back();
  const double end = section.number("tail_end_MeV");
  if (end <= begin) {
    section.fail("tail_end_MeV", "the tail ends before it begins",
                 "a number > " + shortest_text(begin));
  }
  return flux::with_tail(std::move(spectra), read_polynomials(data, section.text("above_2MeV")),
                         end);
}

/// Rows of a function from one energy on.
flux::PiecewiseLinear from_joint(const flux::PiecewiseLinear& whole) {
  const auto first =
      std::ranges::lower_bound(whole.energies_MeV, joint_energy_MeV) - whole.energies_MeV.begin();
  return {{whole.energies_MeV.begin() + first, whole.energies_MeV.end()},
          {whole.values.begin() + first, whole.values.end()}};
}

/// Kopeikin's spectrum of a whole reactor up to 2 MeV.
flux::PiecewiseLinear read_kopeikin(DataFolder& data) {
  const config::Table& table = data.table("fluxes/reactor_kopeikin_2012.csv");
  config::require_increasing(table, "energy");
  const auto energies = table.column("energy", "MeV");
  const auto values = table.column("total", spectrum_unit, Range::non_negative());
  const auto joint = std::ranges::find(energies, joint_energy_MeV);
  if (joint == energies.end()) {
    throw DataError("no row at " + shortest_text(joint_energy_MeV) + " MeV",
                    {.where = table.source(), .expected = "the energy where the spectra meet"});
  }
  const auto kept = joint - energies.begin() + 1;
  return {{energies.begin(), energies.begin() + kept}, {values.begin(), values.begin() + kept}};
}

}  // namespace

std::vector<Key> fission_spectrum_keys() {
  return {
      Key::choice("below_2MeV", "spectra below 2 MeV",
                  {{"vogel_engel", "Vogel and Engel, of each isotope"},
                   {"kopeikin_2012",
                    "Kopeikin, of a power reactor as a whole with neutron capture; the fission "
                    "fractions matter above 2 MeV only"}})
          .or_else("vogel_engel"),
      Key::choice("above_2MeV", "spectra from 2 MeV on",
                  {{"mueller", "rows of Mueller et al. to 8 MeV"},
                   {"huber", "rows of Huber to 8 MeV; 238U of Mueller et al."},
                   {"mueller_polynomial", "exponential polynomials of Mueller et al."}}),
      Key::choice("interpolation", "between the rows of the tables",
                  {{"linear", "straight lines"},
                   {"log_linear", "straight lines in the logarithm of the density"}})
          .or_else("linear"),
      Key::number("polynomial_end_MeV", "end of the polynomials", Range::above(joint_energy_MeV))
          .required_with("above_2MeV", {"mueller_polynomial"}),
      Key::choice("tail", "antineutrinos above the tables' 8 MeV",
                  {{"none", "none"}, {"polynomial", "exponential polynomials of the spectra"}}),
      Key::number("tail_end_MeV", "end of the tail", Range::positive())
          .required_with("tail", {"polynomial"})};
}

FissionSpectrum read_fission_spectrum(const Section& section, const Context& context,
                                      const PerIsotope<double>& fractions) {
  DataFolder& data = *context.data;
  IsotopeSpectra spectra = read_spectra(section, data);
  if (section.text("interpolation") == "log_linear") spectra = flux::log_linear(spectra);
  // Without the tail: it comes on top and must not move what is below.
  const flux::PiecewiseLinear tabulated = flux::fission_spectrum(spectra, fractions);
  if (section.text("tail") == "polynomial") {
    spectra = read_tail(section, data, std::move(spectra));
  }
  const flux::PiecewiseLinear whole = flux::fission_spectrum(spectra, fractions);
  if (section.text("below_2MeV") == "vogel_engel") return {{whole}, tabulated.integral()};
  flux::PiecewiseLinear below = read_kopeikin(data);
  const double per_fission = below.integral() + from_joint(tabulated).integral();
  return {{std::move(below), from_joint(whole)}, per_fission};
}

}  // namespace nudipole::experiment::detail
