#include "reactor_flux.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/flux/tabulated_spectrum.hpp"
#include "nudipole/math/linear_interpolation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Schema;
using config::Section;

constexpr std::array<const char*, 4> isotopes{"u235", "u238", "pu239", "pu241"};
using PerIsotope = std::array<double, isotopes.size()>;

constexpr const char* spectrum_unit = "1/MeV/fission";
constexpr double joint_energy_MeV = 2.0;  ///< where the two sources of spectra meet

PerIsotope read_per_isotope(const Section& section) {
  PerIsotope values{};
  for (std::size_t i = 0; i < isotopes.size(); ++i) {
    values[i] = section.number(isotopes[i]);
  }
  return values;
}

PerIsotope read_fission_fractions(const Section& section) {
  const Section fractions = section.section("fission_fractions");
  const PerIsotope values = read_per_isotope(fractions);
  double sum = 0.0;
  for (const double fraction : values) sum += fraction;
  constexpr double rounding = 1.0e-6;
  if (std::abs(sum - 1.0) > rounding) {
    section.fail("fission_fractions", "the fractions add up to " + std::to_string(sum), "1");
  }
  return values;
}

std::vector<double> column(const config::Table& table, const std::string& name) {
  const auto values = table.column(name, spectrum_unit, Range::non_negative());
  return {values.begin(), values.end()};
}

/// Spectra of the four isotopes on common energies, [isotope][row].
struct IsotopeSpectra {
  std::vector<double> energies_MeV;
  std::array<std::vector<double>, isotopes.size()> densities;
};

IsotopeSpectra read_spectra(const Section& section, DataFolder& data) {
  const config::Table standard = data.table("fluxes/reactor_vogel_mueller.csv");
  config::require_increasing(standard, "energy");
  const auto energies = standard.column("energy", "MeV");
  IsotopeSpectra spectra{.energies_MeV = {energies.begin(), energies.end()}, .densities = {}};
  for (std::size_t i = 0; i < isotopes.size(); ++i) {
    spectra.densities[i] = column(standard, isotopes[i]);
  }
  if (section.text("above_2MeV") == "mueller") return spectra;

  const config::Table huber = data.table("fluxes/reactor_huber.csv");
  config::require_increasing(huber, "energy");
  const auto above = huber.column("energy", "MeV");
  IsotopeSpectra joined;
  for (const double energy : spectra.energies_MeV) {
    if (energy < joint_energy_MeV) joined.energies_MeV.push_back(energy);
  }
  const std::size_t kept = joined.energies_MeV.size();
  joined.energies_MeV.insert(joined.energies_MeV.end(), above.begin(), above.end());
  for (std::size_t i = 0; i < isotopes.size(); ++i) {
    const std::vector<double>& old = spectra.densities[i];
    std::vector<double>& joint = joined.densities[i];
    joint.assign(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(kept));
    if (huber.has(isotopes[i])) {
      const std::vector<double> rows = column(huber, isotopes[i]);
      joint.insert(joint.end(), rows.begin(), rows.end());
    } else {
      const math::LinearInterpolation mueller{spectra.energies_MeV, old, math::Outside::zero,
                                              math::Outside::zero};
      for (const double energy : above) joint.push_back(mueller(energy));
    }
  }
  return joined;
}

/// exp(sum_p a_p E^p) of one isotope.
double polynomial_density(const config::Table& table, std::size_t row, double energy_MeV) {
  constexpr std::array<std::pair<const char*, const char*>, 6> terms{{{"a0", "-"},
                                                                      {"a1", "1/MeV"},
                                                                      {"a2", "1/MeV^2"},
                                                                      {"a3", "1/MeV^3"},
                                                                      {"a4", "1/MeV^4"},
                                                                      {"a5", "1/MeV^5"}}};
  double exponent = 0.0;
  for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
    exponent = exponent * energy_MeV + table.column(term->first, term->second)[row];
  }
  return std::exp(exponent);
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

/// Adds rows above the last one, so dense that straight lines between them are good to 1e-3 where
/// the tail still matters.
void append_tail(const Section& section, DataFolder& data, IsotopeSpectra& spectra) {
  constexpr double step_MeV = 0.025;
  const double begin = spectra.energies_MeV.back();
  const double end = section.number("tail_end_MeV");
  if (end <= begin) {
    section.fail("tail_end_MeV", "the tail ends before it begins",
                 "a number > " + shortest_text(begin));
  }
  const std::string set = section.text("above_2MeV");  // checked by read_spectra
  const config::Table polynomials = data.table("fluxes/reactor_polynomials.csv");
  const auto steps = static_cast<int>(std::ceil((end - begin) / step_MeV - 1.0e-9));
  for (int k = 1; k <= steps; ++k) {
    spectra.energies_MeV.push_back(begin + (end - begin) * k / steps);
  }
  for (std::size_t i = 0; i < isotopes.size(); ++i) {
    const std::size_t row = polynomial_row(polynomials, set, isotopes[i]);
    std::vector<double>& densities = spectra.densities[i];
    const double joint = densities.back() / polynomial_density(polynomials, row, begin);
    for (std::size_t e = densities.size(); e < spectra.energies_MeV.size(); ++e) {
      densities.push_back(joint * polynomial_density(polynomials, row, spectra.energies_MeV[e]));
    }
  }
}

/// Antineutrinos per fission [1/MeV].
flux::PiecewiseLinear weighted(const IsotopeSpectra& spectra, const PerIsotope& fractions) {
  flux::PiecewiseLinear sum{.energies_MeV = spectra.energies_MeV,
                            .values = std::vector<double>(spectra.energies_MeV.size())};
  for (std::size_t i = 0; i < isotopes.size(); ++i) {
    for (std::size_t e = 0; e < sum.values.size(); ++e) {
      sum.values[e] += fractions[i] * spectra.densities[i][e];
    }
  }
  return sum;
}

/// Fissions seen through 1 cm^2 in the exposure [cm^-2].
double fissions_per_cm2(const Section& section, const PerIsotope& fractions,
                        double antineutrinos_per_fission) {
  const double seconds = units::seconds_per_day * section.number("exposure_days");
  const Section normalisation = section.section("normalisation");
  double per_cm2_s = 0.0;
  if (normalisation.kind() == "spectrum") {
    per_cm2_s = normalisation.number("flux_per_cm2_s") / antineutrinos_per_fission;
  } else {
    const PerIsotope energies = read_per_isotope(normalisation.section("energy_per_fission_MeV"));
    double energy_MeV = 0.0;
    for (std::size_t i = 0; i < isotopes.size(); ++i) energy_MeV += fractions[i] * energies[i];
    constexpr double watt_per_GW = 1.0e9;
    const double power_MeV_s =
        watt_per_GW * normalisation.number("power_GW") / units::joule_per_MeV;
    const double distance_cm = units::cm_per_m * normalisation.number("distance_m");
    per_cm2_s = power_MeV_s / energy_MeV / (4.0 * constants::pi * distance_cm * distance_cm);
  }
  return per_cm2_s * seconds;
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
    for (const char* isotope : isotopes) {
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
  const PerIsotope fractions = read_fission_fractions(section);
  IsotopeSpectra spectra = read_spectra(section, *context.data);
  // The tail comes on top: it must not move what is below.
  const double tabulated_per_fission = weighted(spectra, fractions).integral();
  if (section.text("tail") == "polynomial") {
    append_tail(section, *context.data, spectra);
  }
  const flux::PiecewiseLinear fission = weighted(spectra, fractions);

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
