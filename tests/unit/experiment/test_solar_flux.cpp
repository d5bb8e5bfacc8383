// Fluxes of the kinds `solar` and `table`: numbers of neutrinos, flavours and moments against
// closed forms.
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/experiment/factories.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <cmath>

using namespace nudipole;

namespace {

constexpr double seconds_per_day = 86400.0;
constexpr double rounding = 1.0e-13;

/// The part of a file that declares a flux, read by itself.
flux::Source read_flux(const test::DetectorFolder& tree, const std::string& yaml) {
  experiment::DataFolder data{tree.root()};
  const config::Section section =
      config::Section::parse(yaml, "flux.yaml", experiment::flux_schema(), ErrorKind::data);
  return experiment::make_flux(section, {.data = &data, .folder = "toy"});
}

/// Two sources, a triangle from 0 to 2 MeV and two lines.
void write_sun(const test::DetectorFolder& tree) {
  tree.write("fluxes/solar_flux.csv",
             "source [text],model [text],flux [1/cm2/s]\n"
             "pp,old,6e10\npp,new,5e10\n7Be,old,4e9\n8B,old,5e6\n");
  tree.write("fluxes/solar_pp.csv",
             "energy [MeV],shape [1/MeV],pee [-],pemu [-],petau [-]\n"
             "0,0,0.5,0.25,0.25\n1,1,0.5,0.25,0.25\n2,0,0.5,0.25,0.25\n");
  tree.write("fluxes/solar_lines.csv",
             "source [text],energy [MeV],share [-],pee [-],pemu [-],petau [-]\n"
             "7Be,0.8,0.9,0.5,0.3,0.2\n7Be,0.4,0.1,0.6,0.2,0.2\npep,1.4,1,0.5,0.25,0.25\n");
}

}  // namespace

TEST_CASE("Sources of the Sun have their flux, their flavours and their names") {
  const test::DetectorFolder tree;
  write_sun(tree);
  const flux::Source sun = read_flux(tree,
                                     "kind: solar\nsources: [pp, 7Be]\nnormalisation: old\n"
                                     "normalisations: {pp: new}\nexposure_days: 100\n");
  REQUIRE(sun.components.size() == 9);
  CHECK(sun.origins() == std::vector<std::string>{"pp", "7Be"});
  CHECK(sun.end_point_MeV() == 2.0);
  const double shares[3] = {0.5, 0.25, 0.25};
  const double lines[2][3] = {{0.5, 0.3, 0.2}, {0.6, 0.2, 0.2}};
  for (std::size_t i = 0; i < sun.components.size(); ++i) {
    const flux::Component& one = sun.components[i];
    INFO(one.name);
    CHECK(one.flavour == all_flavours[i % 3]);
    CHECK(one.helicity == Helicity::neutrino);
    const double number = one.fluence_per_cm2 * one.spectrum->moments_above(0.01).phi0;
    const double inverse = one.fluence_per_cm2 * one.spectrum->moments_above(0.5).phi1;
    if (i < 3) {
      // integral_.01^2 = 1 - .01^2/2; integral_.5^2 of shape/E = .5 + 2 ln 2 - 1.
      const double all = 5.0e10 * 100.0 * seconds_per_day * shares[i];
      CHECK(number == Approx(all * (1.0 - 0.5e-4)).epsilon(rounding));
      CHECK(inverse == Approx(all * (2.0 * std::log(2.0) - 0.5)).epsilon(rounding));
    } else {
      const std::size_t line = i / 3 - 1;
      const double all =
          4.0e9 * (line == 0 ? 0.9 : 0.1) * 100.0 * seconds_per_day * lines[line][i % 3];
      CHECK(number == Approx(all).epsilon(rounding));
      CHECK(inverse == Approx(line == 0 ? all / 0.8 : 0.0).epsilon(rounding));
    }
  }
}

TEST_CASE("A source that the Sun has not, or without flux, or named twice") {
  const test::DetectorFolder tree;
  write_sun(tree);
  const auto reading = [&](const std::string& sources, const std::string& more) {
    return [&tree, sources, more] {
      static_cast<void>(read_flux(tree, "kind: solar\nsources: " + sources +
                                            "\nnormalisation: old\nexposure_days: 1\n" + more));
    };
  };
  test::check_throws<DataError>(reading("[pp, 7B]", ""),
                                {"sources[1]", "'7B'", "7Be", "pep", "did you mean"});
  test::check_throws<DataError>(reading("[pep]", ""), {"no pep flux is called 'old'"});
  test::check_throws<DataError>(reading("[pp, pp]", ""), {"sources[1]", "twice"});
  test::check_throws<DataError>(reading("[pp]", "normalisations: {7Be: old}\n"),
                                {"normalisations.7Be", "no such source"});
}

TEST_CASE("A flux of tables: spectrum, shape with a total, bins, a probability and lines") {
  const test::DetectorFolder tree;
  tree.write(
      "toy/flux.csv",
      "energy [MeV],flux [1/cm2/s/MeV],shape [1/MeV],p [-]\n1,0,0,0.5\n2,3,7,0.5\n4,0,0,0.5\n");
  tree.write("toy/bins.csv", "energy_lo [MeV],energy_hi [MeV],flux [1/cm2/s/MeV]\n1,2,4\n2,4,1\n");
  tree.write("fluxes/lines.csv", "energy [MeV],flux [1/cm2/s]\n0.5,20\n2.5,30\n");
  const std::string each = ", flavour: tau, helicity: antineutrino, table: ";
  const flux::Source source =
      read_flux(tree,
                "kind: table\nexposure_days: 2\ncomponents:\n"
                "  - {kind: spectrum, name: a" +
                    each +
                    "flux.csv, column: flux}\n"
                    "  - {kind: spectrum, name: b" +
                    each +
                    "flux.csv, column: shape, flux_per_cm2_s: 60, probability: p, origin: x}\n"
                    "  - {kind: spectrum, name: c" +
                    each +
                    "bins.csv, column: flux, points: bins}\n"
                    "  - {kind: lines, name: d" +
                    each + "fluxes/lines.csv, column: flux, arrival: late}\n");
  REQUIRE(source.components.size() == 5);
  // Neutrinos above 1.5 and above 2 MeV in one second: triangles of height 3 over 1 and 2 MeV, and
  // of 60/1.5; half of the latter have the flavour.
  const double above[5][2] = {{4.125, 3.0}, {0.5 * 55.0, 0.5 * 40.0}, {4.0, 2.0}, {0, 0}, {30, 30}};
  for (std::size_t i = 0; i < 5; ++i) {
    const flux::Component& one = source.components[i];
    INFO(one.name);
    const double seconds = 2.0 * seconds_per_day;
    CHECK(one.flavour == Flavour::tau);
    CHECK(one.helicity == Helicity::antineutrino);
    CHECK(one.arrival == (i < 3 ? "steady" : "late"));
    CHECK(one.origin == (i == 1 ? "x" : ""));
    CHECK(one.fluence_per_cm2 * one.spectrum->moments_above(1.5).phi0 ==
          Approx(seconds * above[i][0]).epsilon(rounding));
    CHECK(one.fluence_per_cm2 * one.spectrum->moments_above(2.0).phi0 ==
          Approx(seconds * above[i][1]).epsilon(rounding));
  }
  test::check_throws<DataError>(
      [&] {
        static_cast<void>(read_flux(tree, "kind: table\nexposure_days: 2\ncomponents: []\n"));
      },
      {"components", "no neutrinos"});
}
