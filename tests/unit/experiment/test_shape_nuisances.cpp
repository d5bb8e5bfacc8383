#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"

#include <cmath>
#include <string>

using namespace nudipole;
using experiment::Experiment;

namespace {

constexpr const char* signal_line =
    "  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}\n";

/// The toy with one more nuisance, given as YAML below `nuisances`.
Experiment with_nuisance(const std::string& yaml) {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", signal_line, signal_line + ("  " + yaml + "\n"));
  return tree.load();
}

void check_refused(const std::string& yaml, std::initializer_list<std::string> message) {
  INFO(yaml);
  test::check_throws<DataError>([&] { (void)with_nuisance(yaml); }, message);
}

/// The toy with another quenching factor, loaded as an experiment of its own.
Experiment with_quenching(const std::string& factor) {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "coefficients_per_MeV: [0.08]",
               "coefficients_per_MeV: [" + factor + "]");
  return tree.load();
}

const likelihood::Component& component(const Experiment& toy, const std::string& name) {
  for (const likelihood::Component& one : toy.term().components()) {
    if (one.name == name) return one;
  }
  throw DataError("no component " + name);
}

/// Two ways to integrate: the nodes of one response, or those of all variants.
bool same(const Eigen::ArrayXd& one, const Eigen::ArrayXd& other) {
  return ((one - other).abs() <= 1e-11 * other.abs().maxCoeff()).all();
}

}  // namespace

TEST_CASE("The variants of a response are the experiments with that response") {
  const Experiment toy = with_nuisance(
      "toy_quenching: {kind: shape, minus: {response.nucleus.quenching.coefficients_per_MeV: "
      "[0.07]}, "
      "plus: {response.nucleus.quenching.coefficients_per_MeV: [0.09]}}");
  REQUIRE(toy.signal().variant_count() == 3);
  const Eigen::ArrayXXd portal = toy.signal().dipole(10.0).total(PortalFlavour::mu);
  const char* factors[] = {"0.08", "0.07", "0.09"};
  for (Eigen::Index v = 0; v < 3; ++v) {
    const Experiment alone = with_quenching(factors[v]);
    CHECK(same(component(toy, "cevns").events.col(v), component(alone, "cevns").events.col(0)));
    CHECK(same(component(toy, "eves").events.col(v), component(alone, "eves").events.col(0)));
    CHECK(same(portal.col(v), alone.signal().dipole(10.0).total(PortalFlavour::mu).col(0)));
  }
  CHECK(component(toy, "ambient").events.cols() == 1);
  // The nuisance is a pull of its own.
  const likelihood::Nuisance& shape = toy.term().nuisances()[1];
  CHECK(shape.name == "toy_quenching");
  CHECK(shape.width == 1.0);
  CHECK(shape.lower == -5.0);
}

TEST_CASE("At pull +-1 the prediction is that of the variant") {
  const Experiment toy = with_nuisance(
      "toy_quenching: {kind: shape, minus: {response.nucleus.quenching.coefficients_per_MeV: "
      "[0.07]}, "
      "plus: {response.nucleus.quenching.coefficients_per_MeV: [0.09]}}");
  const Eigen::ArrayXXd portal = toy.signal().dipole(10.0).total(PortalFlavour::mu);
  const double x = 1e-18;
  const auto expected = [&](double pull) {
    return toy.term().expected(test::signal_at(x, portal), std::vector<double>{0.0, pull, 0.0});
  };
  const Experiment plus = with_quenching("0.09");
  const std::vector<double> no_pulls(2);
  CHECK(
      same(expected(1.0),
           plus.term().expected(
               test::signal_at(x, plus.signal().dipole(10.0).total(PortalFlavour::mu)), no_pulls)));
  CHECK((expected(0.0) - expected(1.0)).abs().maxCoeff() > 0.1);
}

TEST_CASE("A background's shape may vary, mirrored where one side is known") {
  const Experiment toy = with_nuisance(
      "toy_slope: {kind: shape, one_sided: mirror, plus: {backgrounds.ambient.column: error}}");
  CHECK(toy.signal().variant_count() == 1);
  CHECK_FALSE(component(toy, "cevns").variations);
  const likelihood::Component& ambient = component(toy, "ambient");
  REQUIRE(ambient.events.cols() == 2);
  // Column error: 12.5, 10.5, 11.5, 10, sum 44.5, normalised to 60 events.
  CHECK(ambient.events(0, 1) == Approx(60.0 * 12.5 / 44.5).epsilon(1e-14));
  const Eigen::ArrayXd portal = Eigen::ArrayXd::Zero(4);
  const auto expected = [&](double pull) {
    return toy.term().expected(test::signal_at(0.0, portal), std::vector<double>{0.0, pull, 0.0});
  };
  CHECK(same(expected(1.0) - expected(0.0), ambient.events.col(1) - ambient.events.col(0)));
  CHECK(same(expected(1.0) + expected(-1.0), 2.0 * expected(0.0)));
}

TEST_CASE("A shape nuisance may have points at any pulls with a spline between") {
  const Experiment toy = with_nuisance(
      "toy_slope: {kind: shape, lower: -3, upper: 3, points: ["
      "{pull: 2, changes: {backgrounds.ambient.column: error}}, "
      "{pull: -1, changes: {backgrounds.ambient.events: 30}}]}");
  CHECK(toy.signal().variant_count() == 1);
  const likelihood::Component& ambient = component(toy, "ambient");
  REQUIRE(ambient.events.cols() == 3);
  // In the order of the file: as it is, at 2 (see above), at -1 with half the events.
  CHECK(ambient.events(0, 1) == Approx(60.0 * 12.5 / 44.5).epsilon(1e-14));
  CHECK(same(ambient.events.col(2), 0.5 * ambient.events.col(0)));
  const Eigen::ArrayXd portal = Eigen::ArrayXd::Zero(4);
  const auto expected = [&](double pull) {
    return toy.term().expected(test::signal_at(0.0, portal), std::vector<double>{0.0, pull, 0.0});
  };
  CHECK(same(expected(2.0) - expected(0.0), ambient.events.col(1) - ambient.events.col(0)));
  CHECK(same(expected(-1.0) - expected(0.0), ambient.events.col(2) - ambient.events.col(0)));
  // Natural spline through (-1, a), (0, b), (2, c): second derivative at 0
  // M = 6 ((c-b)/2 - (b-a))/(2 x 3), halfway to 2 the chord less M (2^2)/16.
  const Eigen::ArrayXd a = ambient.events.col(2);
  const Eigen::ArrayXd b = ambient.events.col(0);
  const Eigen::ArrayXd c = ambient.events.col(1);
  const Eigen::ArrayXd second = (0.5 * (c - b) - (b - a));
  CHECK(same(expected(1.0) - expected(0.0), 0.5 * (b + c) - 0.25 * second - b));
}

TEST_CASE("Splines of files multiply what parabolas of files give") {
  const Experiment toy = with_nuisance(
      "toy_points: {kind: shape, points: [{pull: 1, changes: "
      "{response.nucleus.quenching.coefficients_per_MeV: [0.09]}}]}\n"
      "  toy_side: {kind: shape, one_sided: mirror, plus: {response.smearing.yield_per_keVee: "
      "12}}");
  // Parabolas first: as it is and at +1, in each the points 0 and 1.
  REQUIRE(toy.signal().variant_count() == 4);
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "coefficients_per_MeV: [0.08]",
               "coefficients_per_MeV: [0.09]");
  const Eigen::ArrayXXd portal = toy.signal().dipole(10.0).total(PortalFlavour::mu);
  CHECK(same(portal.col(1), tree.load().signal().dipole(10.0).total(PortalFlavour::mu)));
  tree.replace("toy/experiment.yaml", "yield_per_keVee: 13", "yield_per_keVee: 12");
  CHECK(same(portal.col(3), tree.load().signal().dipole(10.0).total(PortalFlavour::mu)));
}

TEST_CASE("A shape nuisance that is not well defined is refused with its place") {
  check_refused("s: {kind: shap}",
                {"experiment.yaml:31: nuisances.s.kind", "did you mean 'shape'?"});
  check_refused("s: {kind: shape}", {"nuisances.s.plus", "missing"});
  check_refused("s: {kind: shape, plus: {backgrounds.ambient.column: error}}",
                {"nuisances.s.minus", "missing"});
  check_refused("s: {kind: shape, one_sided: mirror, plus: {}}",
                {"nuisances.s.plus", "changes nothing"});
  check_refused("s: {kind: shape, one_sided: mirror, plus: {target.mass_kg: 31}}",
                {"nuisances.s.plus.target.mass_kg", "cannot change 'target'", "response."});
  check_refused("s: {kind: shape, one_sided: mirror, plus: {backgrounds.ambint.column: error}}",
                {"no background 'ambint'", "did you mean 'ambient'?"});
  check_refused("s: {kind: shape, one_sided: mirror, plus: {backgrounds.ambient.colum: error}}",
                {"unknown key 'colum'"});
  check_refused("s: {kind: shape, one_sided: mirror, plus: {backgrounds.ambient.column: errors}}",
                {"bins.csv:2", "no column 'errors'"});
  check_refused(
      "s: {kind: shape, minus: {backgrounds.ambient.column: error}, plus: {response.efficiencies: "
      "[]}}",
      {"nuisances.s.minus", "same parts"});
  check_refused("s: {kind: shape, points: []}", {"nuisances.s.points"});
  check_refused(
      "s: {kind: shape, points: [{pull: 0, changes: {backgrounds.ambient.column: error}}]}",
      {"nuisances.s.points[0].pull", "is 0"});
  check_refused(
      "s: {kind: shape, points: [{pull: 1, changes: {backgrounds.ambient.column: error}}, {pull: "
      "2, "
      "changes: {response.efficiencies: []}}]}",
      {"same parts"});
  check_refused(
      "s: {kind: shape, points: [{pull: 1, changes: {backgrounds.ambint.column: error}}]}",
      {"no background 'ambint'"});
  check_refused(
      "s: {kind: shape, plus: {}, points: [{pull: 1, changes: {backgrounds.ambient.column: "
      "error}}]}",
      {"nuisances.s.plus", "cannot both be given"});
  check_refused(
      "s: {kind: shape, one_sided: mirror, minus: {}, plus: {backgrounds.ambient.column: error}}",
      {"nuisances.s.minus", "'minus' and 'one_sided' cannot both be given"});
}
