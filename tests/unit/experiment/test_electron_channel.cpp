// An analysis of electron recoils alone: no nucleus, a published total without its neutrinos,
// single sources of the flux that nuisances scale, free normalisations, corrections for bound
// electrons.
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"

using namespace nudipole;
using experiment::Experiment;
using prediction::Scattering;

namespace {

constexpr const char* file = "toy/experiment.yaml";

/// Relative; sums of the same numbers in another order.
constexpr double rounding = 1.0e-13;

/// The toy without its nuclei.
void remove_nuclei(const test::DetectorFolder& tree) {
  tree.replace(file, "  electron_recoils: true\n  cevns_terms: full\n",
               "  nuclear_recoils: false\n  electron_recoils: true\n");
  tree.replace(file,
               "  nucleus:\n    quenching: {kind: polynomial, coefficients_per_MeV: [0.08]}\n", "");
}

/// The toy's flux as two sources, the muon antineutrinos twice.
void use_two_origins(const test::DetectorFolder& tree) {
  tree.write("toy/flux.csv",
             "energy [MeV],first [1/cm2/s/MeV],second [1/cm2/s/MeV]\n"
             "0,0,0\n10,2e6,1e6\n40,1e6,3e6\n50,0,0\n");
  tree.replace(
      file,
      "  kind: pion_decay_at_rest\n  protons_on_target: 2.0e23\n"
      "  neutrinos_per_proton: 0.09\n  distance_m: 25\n",
      "  kind: table\n  exposure_days: 300\n  components:\n"
      "    - {kind: spectrum, name: a, flavour: mu, helicity: antineutrino, origin: first, "
      "table: flux.csv, column: first}\n"
      "    - {kind: spectrum, name: b, flavour: e, helicity: neutrino, origin: second, "
      "table: flux.csv, column: second}\n");
}

const likelihood::Component& component(const Experiment& toy, const std::string& name) {
  for (const likelihood::Component& one : toy.term().components()) {
    if (one.name == name) return one;
  }
  throw Error(ErrorKind::unexpected, "no component " + name);
}

}  // namespace

TEST_CASE("Electrons alone have the events that they have beside nuclei") {
  const test::DetectorFolder tree;
  const Experiment both = tree.load();
  remove_nuclei(tree);
  const Experiment alone = tree.load();
  CHECK_FALSE(alone.signal().has_nuclei());
  REQUIRE(alone.signal().has_electrons());
  REQUIRE(alone.term().components().size() == 2);
  CHECK(alone.term().components()[0].name == "eves");
  CHECK(alone.term().components()[1].name == "ambient");
  CHECK((component(alone, "eves").events == component(both, "eves").events).all());
  const prediction::DipoleEvents dipole = alone.signal().dipole(0.1);
  const prediction::DipoleEvents wanted = both.signal().dipole(0.1);
  for (const Flavour flavour : all_flavours) {
    CHECK((dipole.nucleus[index_of(flavour)] == 0.0).all());
    CHECK((dipole.electron[index_of(flavour)] == wanted.electron[index_of(flavour)]).all());
  }
}

TEST_CASE("Recoils that are counted need a response, and something must recoil") {
  const test::DetectorFolder tree;
  remove_nuclei(tree);
  test::check_throws<DataError>(
      [&] {
        static_cast<void>(tree.load({{"electrons", "off"}}));
      },
      {"signals.nuclear_recoils", "nothing recoils"});
  tree.replace(file, "nuclear_recoils: false", "nuclear_recoils: true");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"response.nucleus", "no response"});
  tree.replace(file, "  nuclear_recoils: true\n",
               "  nuclear_recoils: false\n  dipole_channels: nuclear\n");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"signals.dipole_channels", "nuclear recoils are switched off"});
}

TEST_CASE(
    "A remainder is a total less the neutrinos in it, theirs or ours, and not below its floor") {
  const test::DetectorFolder tree;
  remove_nuclei(tree);
  tree.write("toy/total.csv",
             "energy_lo [PE],energy_hi [PE],fit [counts],nu [counts]\n"
             "4,8,40,3\n8,12,30,2\n12,20,20,21\n20,40,10,0.5\n");
  tree.replace(file, "{kind: table, table: bins.csv, column: ambient, events: 60}",
               "{kind: remainder, table: total.csv, column: fit, neutrinos: nu, floor: 0.25}");
  const Eigen::ArrayXd theirs = component(tree.load(), "ambient").events.col(0);
  CHECK((theirs == Eigen::Array4d{37.0, 28.0, 0.25, 9.5}).all());

  tree.replace(file, "neutrinos: nu, floor", "minus: standard_model, floor");
  const Experiment ours = tree.load();
  const Eigen::ArrayXd sum =
      component(ours, "ambient").events.col(0) + component(ours, "eves").events.col(0);
  CHECK((sum / Eigen::Array4d{40.0, 30.0, 20.0, 10.0} - 1.0).abs().maxCoeff() < rounding);

  tree.replace(file, "minus: standard_model, floor", "minus: column, floor");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"backgrounds.ambient.neutrinos", "minus: standard_model"});
}

TEST_CASE("A nuisance may scale one source of the flux, in Standard Model and portal alike") {
  const test::DetectorFolder tree;
  use_two_origins(tree);
  const Experiment plain = tree.load();
  tree.replace(file, "  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}\n",
               "  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}\n"
               "  toy_first: {kind: normalisation, width: 0.2, scales: [signal.first]}\n"
               "  toy_second: {kind: normalisation, width: 0.5, scales: [signal.second]}\n");
  const Experiment toy = tree.load();
  REQUIRE(toy.signal().source().origins() == std::vector<std::string>{"first", "second"});

  // What each source gives, summed over nuclei and electrons.
  std::map<std::string, Eigen::ArrayXd> of_source;
  for (const flux::Component& one : plain.signal().source().components) {
    of_source[one.origin] = plain.signal().standard_model(Scattering::nucleus, one) +
                            plain.signal().standard_model(Scattering::electron, one);
  }
  const prediction::DipoleEvents dipole = plain.signal().dipole(8.0);
  const Eigen::ArrayXd of_first = dipole.total(PortalFlavour::mu);
  const Eigen::ArrayXd of_second = dipole.total(PortalFlavour::e);
  const double x_mu_B2 = 1.0e-16;
  const std::vector<double> pulls{1.5, -2.0, 0.7, 0.0};
  const Eigen::ArrayXd expected = toy.term().expected(
      test::signal_at(x_mu_B2, toy.signal().dipole(8.0).total(PortalFlavour::universal)), pulls);
  // (1 + .1 p_0) [(1 + .2 p_1) first + (1 + .5 p_2) second] + background
  const Eigen::ArrayXd wanted = 1.15 * (0.6 * (of_source["first"] + x_mu_B2 * of_first) +
                                        1.35 * (of_source["second"] + x_mu_B2 * of_second)) +
                                component(toy, "ambient").events.col(0);
  CHECK((expected / wanted - 1.0).abs().maxCoeff() < rounding);

  tree.replace(file, "signal.second", "signal.third");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"nuisances.toy_second.scales", "signal.third", "signal.first"});
}

TEST_CASE("A normalisation without prior is free; its width is a scale for the fit") {
  const test::DetectorFolder tree;
  tree.replace(file, "width: 0.05, scales: [ambient]",
               "width: 0.05, prior: none, upper: 30, scales: [ambient]");
  const likelihood::Nuisance free = tree.load().term().nuisances()[1];
  CHECK(free.prior == likelihood::Prior::none);
  CHECK(free.width == 0.05);
  CHECK(free.upper == 30.0);
  CHECK(free.lower > -1.0);
  tree.replace(file, "prior: none, upper: 30", "prior: none, shared: {name: all, width: 0.01}");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"nuisances.toy_ambient.shared", "free"});
}

TEST_CASE("A ratio for bound electrons multiplies the Standard Model alone") {
  const test::DetectorFolder tree;
  remove_nuclei(tree);
  const Experiment plain = tree.load();
  // Recoils of 4-40 PE are .3 to 3.1 keV. One half there, and a line from .5 to 1 for the rest.
  tree.write("elements/ratio.csv", "recoil [keV],half [-],line [-]\n0.1,0.5,0\n3.5,0.5,3.4\n");
  tree.replace(file, "  electron_recoils: true\n",
               "  electron_recoils: true\n"
               "  electron_ratio: {table: elements/ratio.csv, column: half}\n");
  const Experiment half = tree.load();
  CHECK((component(half, "eves").events / component(plain, "eves").events - 0.5).abs().maxCoeff() <
        1.0e-9);  // panels have other edges
  CHECK((half.signal().dipole(0.1).total(PortalFlavour::universal) /
             plain.signal().dipole(0.1).total(PortalFlavour::universal) -
         1.0)
            .abs()
            .maxCoeff() < 1.0e-9);
  // T - .1 keV: between the values at the ends of each bin, and nearly that at its middle.
  tree.replace(file, "column: half", "column: line");
  const Eigen::ArrayXd ratio =
      component(tree.load(), "eves").events.col(0) / component(plain, "eves").events.col(0);
  CHECK(ratio(0) == Approx(6.0 / 13.0 - 0.1).epsilon(0.01));
  CHECK(ratio(3) == Approx(30.0 / 13.0 - 0.1).epsilon(0.01));
}

TEST_CASE("An element without a table is told with those that have one") {
  const test::DetectorFolder tree;
  tree.replace(file, "atoms: {Cs: 1, I: 1}", "atoms: {Cs: 1, Ix: 1}");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"target.atoms.Ix", "isotopes/ix.csv", "one of: Cs, I"});
  tree.replace(file, "atoms: {Cs: 1, Ix: 1}", "free_electrons: other\n  atoms: {Cs: 1, I: 1}");
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"target.atoms.Cs", "elements/cs_other.csv"});
  tree.write("elements/cs_other.csv", "t_min [keV],z_eff [-]\n0,55\n");
  tree.write("elements/i_other.csv", "t_min [keV],z_eff [-]\n0,53\n");
  const double more = component(tree.load(), "eves").events.sum();
  tree.replace(file, "free_electrons: other", "free_electrons: default");
  CHECK(more > component(tree.load(), "eves").events.sum());
}

TEST_CASE("Sources scale in every version that a spline of files has") {
  const test::DetectorFolder tree;
  use_two_origins(tree);
  const std::string line = "  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}\n";
  tree.replace(file, line,
               line +
                   "  points: {kind: shape, points: [{pull: 1, changes: "
                   "{response.smearing.yield_per_keVee: 12}}]}\n"
                   "  first: {kind: normalisation, width: 0.1, scales: [signal.first]}\n");
  const Experiment toy = tree.load();
  const Eigen::ArrayXXd portal = toy.signal().dipole(1.0).total(PortalFlavour::universal);
  const Eigen::ArrayXXd of_first = toy.signal().dipole(1.0).total(PortalFlavour::mu);
  REQUIRE(portal.cols() == 4);
  // As it is and at the point, then both with the first source twice.
  for (Eigen::Index point = 0; point < 2; ++point) {
    const Eigen::ArrayXd added = portal.col(2 + point) - portal.col(point);
    CHECK((added / of_first.col(point) - 1.0).abs().maxCoeff() < rounding * 10.0);
  }
  CHECK((portal.col(1) - portal.col(0)).abs().maxCoeff() > 1.0e-3 * portal.col(0).maxCoeff());
}

TEST_CASE("Standard Model events of single sources scale without the portal's") {
  const test::DetectorFolder tree;
  remove_nuclei(tree);
  use_two_origins(tree);
  const Experiment plain = tree.load();
  const std::string line = "  toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}\n";
  tree.replace(file, line,
               line +
                   "  first: {kind: normalisation, width: 0.1, scales: [standard_model.first]}\n"
                   "  all: {kind: normalisation, width: 0.1, scales: [standard_model]}\n");
  const Experiment apart = tree.load();
  const Eigen::ArrayXd first = component(apart, "eves.first").events.col(0);
  const Eigen::ArrayXd second = component(apart, "eves.second").events.col(0);
  const Eigen::ArrayXd both = component(plain, "eves").events.col(0);
  CHECK(((first + second) / both - 1.0).abs().maxCoeff() < rounding);
  CHECK(apart.signal().variant_count() == 1);
  const Eigen::ArrayXXd portal = apart.signal().dipole(0.1).total(PortalFlavour::universal);
  const auto expected = [&](double of_signal, double of_first, double of_all) {
    return apart.term().expected(test::signal_at(1e-21, portal),
                                 std::vector{of_signal, of_first, of_all, 0.0});
  };
  const Eigen::ArrayXd nominal = expected(0.0, 0.0, 0.0);
  CHECK(((expected(0.0, 2.0, 0.0) - nominal) / (0.2 * first) - 1.0).abs().maxCoeff() < 1e-9);
  CHECK(((expected(0.0, 0.0, 2.0) - nominal) / (0.2 * both) - 1.0).abs().maxCoeff() < 1e-9);
  CHECK(((expected(2.0, 0.0, 0.0) - nominal) / (0.2 * (both + 1e-21 * portal.col(0))) - 1.0)
            .abs()
            .maxCoeff() < 1e-9);
}

TEST_CASE("A background below 0 is refused unless the file says that it may be") {
  const test::DetectorFolder tree;
  tree.write("toy/noise.csv",
             "energy_lo [PE],energy_hi [PE],fit [counts]\n4,8,40\n8,12,30\n12,20,-2\n20,40,9\n");
  const std::string table = "{kind: expected_counts, table: noise.csv, column: fit}";
  tree.replace(file, "{kind: table, table: bins.csv, column: ambient, events: 60}", table);
  test::check_throws<DataError>([&] { static_cast<void>(tree.load()); },
                                {"backgrounds.ambient", "negative events"});
  tree.replace(file, table,
               "{kind: expected_counts, table: noise.csv, column: fit, negative: kept}");
  CHECK(component(tree.load(), "ambient").events(2, 0) == -2.0);
}
