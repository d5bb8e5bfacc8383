#include "nudipole/experiment/factories.hpp"

#include "nudipole/core/constants.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::experiment;

namespace {

config::Section yaml(const std::string& text, const config::Schema& schema) {
  return config::Section::parse(text, "part.yaml", schema, ErrorKind::data);
}

/// A context whose tables lie in a temporary tree.
struct Parts {
  test::DetectorFolder tree{};
  DataFolder data{tree.root()};
  Context context{.data = &data, .folder = "toy"};
};

}  // namespace

TEST_CASE("Pion decay at rest is built with its fluence in neutrinos per cm^2") {
  Parts parts;
  const flux::Source source =
      make_flux(yaml("{kind: pion_decay_at_rest, protons_on_target: 1.0e23, "
                     "neutrinos_per_proton: 0.08, distance_m: 20}",
                     flux_schema()),
                parts.context);
  REQUIRE(source.components.size() == 3);
  for (const flux::Component& component : source.components) {
    CHECK(component.fluence_per_cm2 ==
          Approx(0.08 * 1.0e23 / (4.0 * constants::pi * 2000.0 * 2000.0)).epsilon(1.0e-14));
  }
}

TEST_CASE("Quenching is built from coefficients in MeV") {
  Parts parts;
  const auto none = make_quenching(yaml("{kind: none}", quenching_schema()), parts.context);
  CHECK(none->electron_equivalent_MeV(0.0123) == 0.0123);
  const auto cubic = make_quenching(
      yaml("{kind: polynomial, coefficients_per_MeV: [0.05, 4, -100]}", quenching_schema()),
      parts.context);
  CHECK(cubic->electron_equivalent_MeV(0.02) ==
        Approx(0.05 * 0.02 + 4.0 * 4.0e-4 - 100.0 * 8.0e-6).epsilon(1.0e-14));
  test::check_throws<DataError>(
      [&] {
        (void)make_quenching(
            yaml("{kind: polynomial, coefficients_per_MeV: []}", quenching_schema()),
            parts.context);
      },
      {"part.yaml:1", "coefficients_per_MeV", "at least one"});
}

TEST_CASE("Smearing is built in keVee") {
  Parts parts;
  const auto sharp = make_smearing(yaml("{kind: sharp, yield_per_keVee: 13.35}", smearing_schema()),
                                   parts.context);
  REQUIRE(sharp->sharp_value(1.0e-3));
  CHECK(*sharp->sharp_value(1.0e-3) == Approx(13.35).epsilon(1.0e-14));
  CHECK(sharp->mean(2.0e-3) == Approx(26.7).epsilon(1.0e-14));
  CHECK(sharp->probability(13.0, 14.0, 1.0e-3) == 1.0);
  CHECK(sharp->probability(14.0, 15.0, 1.0e-3) == 0.0);

  const auto gamma = make_smearing(
      yaml("{kind: gamma, scale_keVee: 0.0749, rate_per_keVee: 9.56}", smearing_schema()),
      parts.context);
  CHECK_FALSE(gamma->sharp_value(1.0e-3));
  CHECK(gamma->mean(1.0e-3) == Approx(1.0 / 0.0749).epsilon(1.0e-14));
  // Mean and variance of a gamma density of shape k = 1 + 9.56 E: variance = mean^2/k.
  double norm = 0.0;
  double mean = 0.0;
  double square = 0.0;
  constexpr double step = 0.01;
  for (double x = 0.5 * step; x < 120.0; x += step) {
    const double density = gamma->density(x, 1.0e-3) * step;
    norm += density;
    mean += x * density;
    square += x * x * density;
  }
  CHECK(norm == Approx(1.0).epsilon(1.0e-6));
  CHECK(mean == Approx(1.0 / 0.0749).epsilon(1.0e-5));
  CHECK(square - mean * mean == Approx(1.0 / (0.0749 * 0.0749 * 10.56)).epsilon(1.0e-4));
  CHECK(gamma->width(1.0e-3) == Approx(1.0 / (0.0749 * std::sqrt(10.56))).epsilon(1.0e-12));
  CHECK(gamma->probability(10.0, 20.0, 1.0e-3) + gamma->probability(0.0, 10.0, 1.0e-3) +
            gamma->probability(20.0, 200.0, 1.0e-3) ==
        Approx(1.0).epsilon(1.0e-12));
}

TEST_CASE("Efficiencies know the variable they are functions of") {
  Parts parts;
  using detector::EfficiencyVariable;
  const auto observed = make_efficiency(
      yaml("{kind: logistic, variable: observed, height: 1.2, slope: 0.3, centre: 11, offset: "
           "-0.3}",
           efficiency_schema()),
      parts.context, "keVee");
  CHECK(observed.variable == EfficiencyVariable::observed);
  CHECK((*observed.function)(11.0) == Approx(0.3).epsilon(1.0e-14));
  CHECK((*observed.function)(1000.0) == Approx(0.9).epsilon(1.0e-14));
  CHECK((*observed.function)(0.0) == 0.0);  // clipped

  const auto recoil =
      make_efficiency(yaml("{kind: logistic, variable: recoil_keV, height: 1, slope: 2, centre: 5}",
                           efficiency_schema()),
                      parts.context, "keVee");
  CHECK(recoil.variable == EfficiencyVariable::recoil_MeV);
  CHECK((*recoil.function)(5.0e-3) == Approx(0.5).epsilon(1.0e-12));
  CHECK((*recoil.function)(6.0e-3) == Approx(1.0 / (1.0 + std::exp(-2.0))).epsilon(1.0e-12));

  parts.tree.write("toy/efficiency.csv", "energy [keVee],eff [-]\n1,0.2\n3,0.6\n");
  const auto table = make_efficiency(
      yaml("{kind: table, variable: electron_equivalent_keV, table: efficiency.csv, x: energy, "
           "column: eff}",
           efficiency_schema()),
      parts.context, "keVee");
  CHECK(table.variable == EfficiencyVariable::electron_equivalent_MeV);
  CHECK((*table.function)(2.0e-3) == Approx(0.4).epsilon(1.0e-12));
  CHECK((*table.function)(0.5e-3) == 0.0);
  CHECK((*table.function)(9.0e-3) == Approx(0.6).epsilon(1.0e-12));
}

TEST_CASE("An efficiency table in another unit or out of range is refused") {
  const auto refused = [](const char* variable, const char* table,
                          std::initializer_list<std::string> fragments) {
    Parts parts;
    parts.tree.write("toy/efficiency.csv", table);
    test::check_throws<DataError>(
        [&] {
          (void)make_efficiency(yaml(std::string{"{kind: table, table: efficiency.csv, x: energy, "
                                                 "column: eff, variable: "} +
                                         variable + "}",
                                     efficiency_schema()),
                                parts.context, "PE");
        },
        fragments);
  };
  refused("recoil_keV", "energy [MeV],eff [-]\n1,0.2\n3,0.6\n", {"'energy' is in [MeV]", "[keV]"});
  refused("electron_equivalent_keV", "energy [PE],eff [-]\n1,0.2\n3,0.6\n", {"[keVee]"});
  refused("observed", "energy [keVee],eff [-]\n1,0.2\n3,0.6\n", {"in [keVee]", "[PE]"});
  refused("observed", "energy [PE],eff [-]\n1,0.2\n3,1.6\n",
          {"efficiency.csv:3: eff", "1.6 cannot be", ">= 0 and <= 1"});
}

TEST_CASE("An efficiency table that does not grow is refused with its line") {
  Parts parts;
  parts.tree.write("toy/efficiency.csv", "energy [keVee],eff [-]\n1,0.2\n3,0.6\n2,0.7\n");
  test::check_throws<DataError>(
      [&] {
        (void)make_efficiency(yaml("{kind: table, variable: observed, table: efficiency.csv, x: "
                                   "energy, column: eff}",
                                   efficiency_schema()),
                              parts.context, "keVee");
      },
      {"efficiency.csv:4: energy", "does not increase"});
}

TEST_CASE("A time axis carries its selection and arrival classes") {
  Parts parts;
  parts.tree.write("toy/arrival.csv",
                   "time_lo [us],time_hi [us],prompt [1/bin]\n0,1,0.5\n1,2,0.25\n2,6,0.125\n");
  const TimeAxis time = make_time_axis(
      yaml("{edges_us: [0, 2, 6], efficiency: {kind: exponential_decay, start_us: 2, "
           "rate_per_us: 0.5}, arrival: {table: arrival.csv, classes: [prompt]}}",
           time_schema()),
      parts.context);
  CHECK(time.axis.unit == "us");
  REQUIRE(time.efficiency);
  CHECK((*time.efficiency)(1.0) == 1.0);
  CHECK((*time.efficiency)(4.0) == Approx(std::exp(-1.0)));
  const auto& prompt = time.arrival.at("prompt");
  CHECK(prompt[0] == Approx(0.75).epsilon(1.0e-14));
  // Mean of exp(-t/2) over 0 .. 4 us is (1 - e^-2)/2.
  CHECK(prompt[1] == Approx(0.125 * 0.5 * (1.0 - std::exp(-2.0))).epsilon(1.0e-6));
  test::check_throws<DataError>(
      [&] {
        (void)make_time_axis(
            yaml("{edges_us: [0, 1.5, 6], arrival: {table: arrival.csv, classes: [prompt]}}",
                 time_schema()),
            parts.context);
      },
      {"1.5"});
}

TEST_CASE("Every factory lists the kinds it knows and refuses unknown keys") {
  Parts parts;
  test::check_throws<DataError>(
      [&] { (void)make_flux(yaml("kind: reactr", flux_schema()), parts.context); },
      {"part.yaml:1: kind", "'reactr'", "pion_decay_at_rest"});
  test::check_throws<DataError>(
      [&] { (void)make_quenching(yaml("kind: polynomal", quenching_schema()), parts.context); },
      {"part.yaml:1: kind", "none", "did you mean 'polynomial'?"});
  test::check_throws<DataError>(
      [&] { (void)make_smearing(yaml("kind: gama", smearing_schema()), parts.context); },
      {"part.yaml:1: kind", "sharp", "did you mean 'gamma'?"});
  test::check_throws<DataError>(
      [&] {
        (void)make_efficiency(yaml("{variable: observed, kind: tabel}", efficiency_schema()),
                              parts.context, "PE");
      },
      {"part.yaml:1: kind", "logistic", "did you mean 'table'?"});
  test::check_throws<DataError>(
      [&] {
        (void)make_efficiency(yaml("{variable: recoil, kind: table}", efficiency_schema()),
                              parts.context, "PE");
      },
      {"part.yaml:1: variable", "electron_equivalent_keV"});
  test::check_throws<DataError>(
      [&] {
        (void)make_smearing(yaml("{kind: sharp, yield_per_keVee: 1, width: 2}", smearing_schema()),
                            parts.context);
      },
      {"part.yaml:1: width", "unknown key 'width'", "yield_per_keVee"});
  test::check_throws<DataError>(
      [&] { (void)make_smearing(yaml("kind: sharp", smearing_schema()), parts.context); },
      {"yield_per_keVee", "missing"});
}
