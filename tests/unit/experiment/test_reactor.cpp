#include "nudipole/core/constants.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/experiment/factories.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/paths.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"

#include <cmath>
#include <string>

using namespace nudipole;
using namespace nudipole::experiment;

namespace {

std::string reactor_text(const std::string& from = "", const std::string& to = "") {
  std::string text =
      "{kind: reactor, fission_fractions: {u235: 0.58, u238: 0.08, pu239: 0.29, pu241: 0.05}, "
      "above_2MeV: mueller, normalisation: {kind: spectrum, flux_per_cm2_s: 4.8e13}, "
      "neutron_capture: \"off\", captures_per_fission: 0.6, tail: none, exposure_days: 1}";
  if (!from.empty()) {
    const std::size_t place = text.find(from);
    REQUIRE(place != std::string::npos);
    text.replace(place, from.size(), to);
  }
  return text;
}

flux::Source reactor(const std::string& text) {
  DataFolder data{test::data_dir()};
  return make_flux(config::Section::parse(text, "part.yaml", flux_schema(), ErrorKind::data),
                   {.data = &data, .folder = "dresden_ii"});
}

constexpr double fissions_per_cm2_s = 6639055645300.2227;

}  // namespace

TEST_CASE("The reactor spectrum is normalised to the quoted flux") {
  const flux::Source source = reactor(reactor_text());
  REQUIRE(source.components.size() == 1);
  const flux::Component& component = source.components.front();
  CHECK(component.flavour == Flavour::e);
  CHECK(component.helicity == Helicity::antineutrino);
  CHECK(component.fluence_per_cm2 == Approx(4.8e13 * 86400.0).epsilon(1e-14));
  CHECK(component.spectrum->end_point_MeV() == 8.0);
  // data/fluxes/SOURCE.md: 1.6088 of 5.6440 antineutrinos per fission are above 2 MeV (printed
  // digits).
  CHECK(component.spectrum->moments_above(2.0).phi0 == Approx(1.6088 / 5.6440).epsilon(5e-5));
}

TEST_CASE("The reactor spectrum is normalised to the power") {
  const flux::Source source = reactor(
      reactor_text("{kind: spectrum, flux_per_cm2_s: 4.8e13}",
                   "{kind: power, power_GW: 2.96, distance_m: 10.39, energy_per_fission_MeV: "
                   "{u235: 201.92, u238: 205.52, pu239: 209.99, pu241: 213.60}}"));
  // 2.96 GW/(205.127 MeV)/(4 pi (10.39 m)^2) fissions (mpmath) times 5.6440 antineutrinos
  // (SOURCE.md, printed digits).
  CHECK(source.components.front().fluence_per_cm2 ==
        Approx(fissions_per_cm2_s * 86400.0 * 5.6440).epsilon(2e-5));
}

TEST_CASE("Huber's spectra replace those of Mueller from 2 MeV on, except for 238U") {
  const flux::Source source = reactor(reactor_text("above_2MeV: mueller", "above_2MeV: huber"));
  const flux::Spectrum& spectrum = *source.components.front().spectrum;
  // Density at 2 and 2.25 MeV from the tables, over the integral: trapezium between the rows.
  const double at_2 = 0.58 * 1.32 + 0.08 * 1.48 + 0.29 * 1.08 + 0.05 * 1.26;
  const double at_2_25 = 0.58 * 1.12 + 0.08 * 1.30 + 0.29 * 0.92 + 0.05 * 1.08;
  const auto mueller = reactor(reactor_text()).components.front().spectrum;
  const double between = spectrum.moments_above(2.0).phi0 - spectrum.moments_above(2.25).phi0;
  const double below = spectrum.moments_above(1.0).phi0 - spectrum.moments_above(1.5).phi0;
  const double below_mueller = mueller->moments_above(1.0).phi0 - mueller->moments_above(1.5).phi0;
  // Below 2 MeV both are Vogel and Engel: the ratio of the two is that of the integrals.
  const double integral = 5.6440 * below_mueller / below;
  CHECK(between * integral == Approx(0.125 * (at_2 + at_2_25)).epsilon(5e-5));
}

TEST_CASE("Neutron capture is added to the flux or included in it") {
  const double off = reactor(reactor_text()).components.front().fluence_per_cm2;
  const auto with = [](const char* mode) {
    return reactor(
        reactor_text("neutron_capture: \"off\"", std::string{"neutron_capture: "} + mode));
  };
  const flux::Source added = with("added");
  REQUIRE(added.components.size() == 2);
  CHECK(added.components[0].fluence_per_cm2 == off);
  // 0.6 captures, two antineutrinos each (within the rounding of the released spectra, 1e-3), per
  // 5.6440 of fission.
  CHECK(added.components[1].fluence_per_cm2 / off == Approx(1.2 / 5.6440).epsilon(1e-3));
  CHECK(added.components[1].spectrum->end_point_MeV() == Approx(1.275).epsilon(1e-12));
  const flux::Source included = with("included");
  CHECK(included.components[0].fluence_per_cm2 + included.components[1].fluence_per_cm2 ==
        Approx(off).epsilon(1e-14));
}

TEST_CASE("The tail goes on above 8 MeV without moving what is below") {
  const flux::Source plain = reactor(reactor_text());
  const flux::Source tail =
      reactor(reactor_text("tail: none", "tail: polynomial, tail_end_MeV: 12"));
  const flux::Component& a = plain.components.front();
  const flux::Component& b = tail.components.front();
  CHECK(b.spectrum->end_point_MeV() == Approx(12.0).epsilon(1e-14));
  const auto between = [](const flux::Component& component) {
    return component.fluence_per_cm2 * (component.spectrum->moments_above(3.0).phi0 -
                                        component.spectrum->moments_above(7.0).phi0);
  };
  CHECK(between(b) == Approx(between(a)).epsilon(1e-12));
  CHECK(b.fluence_per_cm2 > a.fluence_per_cm2);
}

TEST_CASE("Kopeikin's spectrum up to 2 MeV, polynomials of Mueller et al. above") {
  // Of a whole reactor: 5.086 antineutrinos per fission below 2 MeV and 1.594 above for fractions
  // .58/.07/.30/.05 (trapezia over the rows; the polynomials themselves to 10 MeV).
  const flux::Source source = reactor(
      "{kind: reactor, fission_fractions: {u235: 0.58, u238: 0.07, pu239: 0.30, pu241: 0.05}, "
      "below_2MeV: kopeikin_2012, above_2MeV: mueller_polynomial, polynomial_end_MeV: 10, "
      "normalisation: {kind: spectrum, flux_per_cm2_s: 1.5e13}, neutron_capture: \"off\", tail: "
      "none, exposure_days: 2}");
  REQUIRE(source.components.size() == 2);
  const flux::Component& below = source.components[0];
  const flux::Component& above = source.components[1];
  CHECK(below.spectrum->end_point_MeV() == 2.0);
  CHECK(above.spectrum->end_point_MeV() == Approx(10.0).epsilon(1e-14));
  CHECK(below.fluence_per_cm2 + above.fluence_per_cm2 ==
        Approx(1.5e13 * 2 * 86400.0).epsilon(1e-14));
  CHECK(below.fluence_per_cm2 / above.fluence_per_cm2 == Approx(5.086 / 1.594).epsilon(5e-4));
  // Between rows a straight line: 0.230 to 0.280 MeV, 4.08 to 5.03, of 5.086.
  CHECK(below.spectrum->moments_above(0.23).phi0 - below.spectrum->moments_above(0.28).phi0 ==
        Approx(0.05 * 0.5 * (4.08 + 5.03) / 5.086).epsilon(1e-4));
  // Density just above 2 MeV, from the polynomials: mean of .58 exp(3.217 - 3.111 x 2 + ...) etc.
  const double at_2 = above.spectrum->moments_above(2.0).phi0;
  const double density = (at_2 - above.spectrum->moments_above(2.0001).phi0) / 1e-4 * 1.594;
  CHECK(density == Approx(1.260).epsilon(1e-3));
}

TEST_CASE("The polynomials of Mueller et al. are near his rows") {
  // Between 2 and 8 MeV the fits are good to some per cent of the rows; what is below stays.
  const flux::Source rows = reactor(reactor_text());
  const flux::Source fits = reactor(
      reactor_text("above_2MeV: mueller", "above_2MeV: mueller_polynomial, polynomial_end_MeV: 8"));
  const auto between = [](const flux::Source& source, double lower, double upper) {
    const flux::Component& one = source.components.front();
    return one.fluence_per_cm2 *
           (one.spectrum->moments_above(lower).phi0 - one.spectrum->moments_above(upper).phi0);
  };
  CHECK(fits.components.size() == 1);
  const double below = between(fits, 0.5, 1.5) / between(rows, 0.5, 1.5);
  CHECK(between(fits, 3.0, 7.0) / between(rows, 3.0, 7.0) / below == Approx(1.0).epsilon(0.02));
}

TEST_CASE("Mistakes in a reactor section are refused") {
  const auto fails = [](const char* from, const char* to,
                        std::initializer_list<std::string> parts) {
    test::check_throws<DataError>([&] { (void)reactor(reactor_text(from, to)); }, parts);
  };
  fails("u235: 0.58", "u235: 0.50", {"part.yaml:1: fission_fractions", "0.92", "expected 1"});
  fails("u238: 0.08", "u233: 0.08", {"part.yaml:1: fission_fractions", "u238"});
  fails("above_2MeV: mueller", "above_2MeV: muller", {"above_2MeV", "did you mean 'mueller'?"});
  fails("kind: spectrum", "kind: spectra", {"normalisation.kind", "did you mean 'spectrum'?"});
  fails("tail: none", "tail: polynomial", {"tail_end_MeV"});
  fails("tail: none", "tail: polynomial, tail_end_MeV: 7", {"tail_end_MeV", "> 8"});
  fails("neutron_capture: \"off\"", "neutron_capture: \"of\"", {"neutron_capture", "'off'"});
  fails("exposure_days: 1", "exposure_day: 1", {"exposure_days"});
  fails("above_2MeV: mueller", "above_2MeV: mueller_polynomial", {"polynomial_end_MeV"});
  fails("above_2MeV: mueller", "above_2MeV: mueller_polynomial, polynomial_end_MeV: 1.5",
        {"polynomial_end_MeV", "> 2"});
  fails("neutron_capture: \"off\"", "below_2MeV: kopeikin_2012, neutron_capture: added",
        {"neutron_capture", "contains it already"});
}

TEST_CASE("Quenching, smearing and thresholds of germanium are built in keV") {
  DataFolder data{test::data_dir()};
  const Context context{.data = &data, .folder = "dresden_ii"};
  const auto yaml = [](const std::string& text, const config::Schema& schema) {
    return config::Section::parse(text, "part.yaml", schema, ErrorKind::data);
  };
  // Rows of quenching_fef.csv: 0.17873 at 1.34, 0.17806 at 1.35 keV.
  const auto fef =
      make_quenching(yaml("{kind: table, table: quenching_fef.csv}", quenching_schema()), context);
  CHECK(fef->electron_equivalent_MeV(1.345e-3) ==
        Approx(1.345e-3 * 0.5 * (0.17873 + 0.17806)).epsilon(1e-13));
  const auto smearing = make_smearing(
      yaml("{kind: ionisation, noise_keVee: 0.07, pair_energy_keVee: 0.003, fano: 0.1, "
           "truncation: none}",
           smearing_schema()),
      context);
  CHECK(smearing->width(2e-3) == Approx(std::sqrt(0.07 * 0.07 + 0.003 * 0.1 * 2.0)).epsilon(1e-14));
  const auto threshold = make_efficiency(
      yaml("{kind: threshold, variable: recoil_keV, start: 0.003}", efficiency_schema()), context,
      "eV");
  CHECK((*threshold.function)(2.99e-6) == 0.0);
  CHECK((*threshold.function)(3.01e-6) == 1.0);
  test::check_throws<DataError>(
      [&] {
        (void)make_smearing(yaml("{kind: ionisation, noise_keVee: 0.07, pair_energy_keVee: 0.003, "
                                 "fano: 0.1, truncation: yes}",
                                 smearing_schema()),
                            context);
      },
      {"part.yaml:1: truncation", "at_zero"});
}

namespace {

/// The made-up detector with a background of free shape, its energy in keVee.
void add_free_background(const test::DetectorFolder& tree) {
  tree.replace("toy/experiment.yaml", "unit: PE", "unit: keVee");
  std::string bins = tree.read("toy/bins.csv");
  for (std::size_t place = bins.find("[PE]"); place != std::string::npos;
       place = bins.find("[PE]")) {
    bins.replace(place, 4, "[keVee]");
  }
  tree.write("toy/bins.csv", bins);
  tree.replace(
      "toy/experiment.yaml", "nuisances:\n",
      "free_backgrounds:\n"
      "  free:\n"
      "    kind: electron_capture\n"
      "    reference_energy_keVee: 8\n"
      "    l2_energy_keVee: 11\n"
      "    l2_share: 0.01\n"
      "    m_energy_keVee: 6\n"
      "    m_width_keVee: 2\n"
      "    parameters: {constant: c, amplitude: a, peak: h, ln_decay: t, l1_energy: e, "
      "width: s, m_ratio: b}\n"
      "nuisances:\n"
      "  c: {kind: parameter, centre: 2, width: 1, lower: 0, upper: 9, prior: none}\n"
      "  a: {kind: parameter, centre: 2, width: 1, lower: 0, upper: 9, prior: none}\n"
      "  h: {kind: parameter, centre: 2, width: 1, lower: 0, upper: 9, prior: none}\n"
      "  t: {kind: parameter, centre: 1, width: 1, lower: 0, upper: 2, prior: none}\n"
      "  e: {kind: parameter, centre: 15, width: 1, lower: 12, upper: 18, prior: none}\n"
      "  s: {kind: parameter, centre: 3, width: 1, lower: 1, upper: 9, prior: none}\n"
      "  b: {kind: parameter, centre: 0.5, width: 0.1, lower: 0, upper: 1, prior: gaussian}\n");
}

}  // namespace

TEST_CASE("A background of free shape takes its parameters from the nuisances by name") {
  const test::DetectorFolder tree;
  add_free_background(tree);
  const Experiment toy = tree.load();
  const likelihood::Term& term = toy.term();
  REQUIRE(term.parametric().size() == 1);
  CHECK(term.parametric().front()->name() == "free");
  REQUIRE(term.nuisances().size() == 9);
  CHECK(term.nuisances()[0].prior == likelihood::Prior::none);
  CHECK(term.nuisances()[6].prior == likelihood::Prior::gaussian);
  const std::vector<double> no_pulls(9);
  const Eigen::ArrayXd events = term.parametric_events(*term.parametric().front(), no_pulls);
  // First bin, centre 6: 2 + 2 exp(2/e) + 2 [g(-9/3)/3 + .01 g(-5/3)/3 + .5 g(0)/2]; g normal
  // density.
  const double normal = 1.0 / std::sqrt(2.0 * constants::pi);
  const double expected =
      2.0 + 2.0 * std::exp(2.0 / std::exp(1.0)) +
      2.0 * normal * (std::exp(-4.5) / 3.0 + 0.01 * std::exp(-0.5 * 25.0 / 9.0) / 3.0 + 0.5 / 2.0);
  CHECK(events(0) == Approx(expected).epsilon(1e-13));
  // The expected events contain it.
  const Eigen::ArrayXd none = Eigen::ArrayXd::Zero(4);
  Eigen::ArrayXd rest = term.expected(test::signal_at(0.0, none), no_pulls) - events;
  for (const likelihood::Component& component : term.components()) rest -= component.events.col(0);
  CHECK(rest.abs().maxCoeff() < 1e-12 * events.maxCoeff());
}

TEST_CASE("Mistakes in backgrounds of free shape are refused") {
  const auto fails = [](const char* from, const char* to,
                        std::initializer_list<std::string> parts) {
    const test::DetectorFolder tree;
    add_free_background(tree);
    tree.replace("toy/experiment.yaml", from, to);
    test::check_throws<DataError>([&] { (void)tree.load(); }, parts);
  };
  fails("peak: h", "peak: hh", {"free_backgrounds.free.parameters.peak", "'hh'"});
  fails("kind: electron_capture", "kind: electron_captures",
        {"free_backgrounds.free.kind", "did you mean 'electron_capture'?"});
  fails("centre: 15,", "centre: 19,", {"nuisances.e.upper", ">= 19"});
  fails("upper: 1, prior: gaussian", "upper: 1, prior: flat", {"nuisances.b.prior", "gaussian"});
  const test::DetectorFolder tree;
  add_free_background(tree);
  tree.replace("toy/experiment.yaml", "electron_recoils: true\n  cevns",
               "electron_recoils: true\n  dipole_channels: electron\n  cevns");
  test::check_throws<DataError>(
      [&] {
        (void)tree.load({{"electrons", "off"}});
      },
      {"signals.dipole_channels", "switched off"});
}
