#include "reactor_flux.hpp"

#include "nudipole/core/units.hpp"
#include "nudipole/flux/reactor.hpp"
#include "reactor_spectra.hpp"

#include <cmath>
#include <string>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Schema;
using config::Section;

using flux::fissile_isotopes;
using flux::PerIsotope;

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
  const config::Table& table = data.table("fluxes/reactor_capture.csv");
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
  std::vector<Key> keys{Key::section(
      "fission_fractions", "shares of the fissions, which add up to 1", per_isotope("share"))};
  const std::vector<Key> spectra = fission_spectrum_keys();
  keys.insert(keys.end(), spectra.begin(), spectra.end());
  const std::vector<Key> rest{
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
      Key::number("exposure_days", "time", Range::positive())};
  keys.insert(keys.end(), rest.begin(), rest.end());
  return keys;
}

flux::Source make_reactor(const Section& section, const Context& context) {
  const PerIsotope<double> fractions = read_fission_fractions(section);
  const FissionSpectrum fission = read_fission_spectrum(section, context, fractions);

  const std::string capture_mode = section.text("neutron_capture");
  Capture capture{.spectrum = nullptr, .per_fission = 0.0};
  if (capture_mode != "off") {
    if (section.text("below_2MeV") == "kopeikin_2012") {
      section.fail("neutron_capture", "the spectrum of below_2MeV contains it already", "off");
    }
    capture = read_capture(section, *context.data);
  }

  const double fissions = fissions_per_cm2(
      section, fractions,
      fission.tabulated_per_fission + (capture_mode == "included" ? capture.per_fission : 0.0));
  flux::Source source;
  const auto add = [&](const std::string& name, double per_fission, auto spectrum) {
    source.components.push_back({.name = name,
                                 .flavour = Flavour::e,
                                 .helicity = Helicity::antineutrino,
                                 .arrival = "steady",
                                 .fluence_per_cm2 = fissions * per_fission,
                                 .spectrum = std::move(spectrum)});
  };
  for (const flux::PiecewiseLinear& part : fission.parts) {
    const bool is_whole = fission.parts.size() == 1;
    const bool is_below = &part == &fission.parts.front();
    add(is_whole   ? "nubar_e_fission"
        : is_below ? "nubar_e_below_2MeV"
                   : "nubar_e_above_2MeV",
        part.integral(), flux::normalised_linear_spectrum(part));
  }
  if (capture.spectrum) add("nubar_e_capture", capture.per_fission, capture.spectrum);
  return source;
}

}  // namespace nudipole::experiment::detail
