#include "nudipole/campaign/setup.hpp"

#include "nudipole/inference/profile.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <array>

using namespace nudipole;
using campaign::RunConfig;
using campaign::Setup;

namespace {

/// The toy configuration with other experiments.
RunConfig config_of(const std::string& experiments) {
  std::string yaml = test::toy_yaml();
  yaml.replace(yaml.find("[toy]"), 5, experiments);
  return RunConfig::parse(yaml, "toy.yaml");
}

/// Takes away the rule that an experiment excludes `other_toy`.
void make_independent(const test::DetectorFolder& tree, const std::string& name) {
  tree.replace(name + "/experiment.yaml", "overlaps:\n  other_toy: it counts the same events\n",
               "");
}

}  // namespace

TEST_CASE("A setup has the experiments of its config in their order") {
  const test::DetectorFolder tree;
  tree.copy_toy("second");
  experiment::DataFolder data{tree.root()};
  const Setup setup{config_of("[second, {name: toy, options: {electrons: \"off\"}}]"), data};
  REQUIRE(setup.experiments().size() == 2);
  CHECK(setup.experiments()[0].name() == "second");
  CHECK(setup.experiments()[1].name() == "toy");
  CHECK(setup.experiments()[0].signal().has_electrons());
  CHECK_FALSE(setup.experiments()[1].signal().has_electrons());
  CHECK(setup.likelihood().joint->terms().size() == 2);
  CHECK(setup.likelihood().joint->nuisances().size() == 2);  // shared by name
  CHECK(setup.files() == data.files_read());
  CHECK(setup.files().size() == 9);  // five shared tables, two of each folder
}

TEST_CASE("Portal templates are those of the configured flavour") {
  const test::DetectorFolder tree;
  experiment::DataFolder data{tree.root()};
  for (const char* flavour : {"e", "mu", "tau", "universal"}) {
    std::string yaml = test::toy_yaml();
    yaml.replace(yaml.find("flavour: mu"), 11, std::string{"flavour: "} + flavour);
    const Setup setup{RunConfig::parse(yaml, "toy.yaml"), data};
    const auto expected =
        setup.experiments()[0].signal().dipole(10.0).total(*parse_portal_flavour(flavour));
    const prediction::Signals signals = setup.signals(10.0);
    REQUIRE(signals.size() == 1);
    CHECK((*signals[0]->at(std::array{1.0}).templates[0] == expected).all());
  }
}

TEST_CASE("Experiments that hold the same data are refused, whichever comes first") {
  const test::DetectorFolder tree;
  tree.copy_toy("other_toy");
  make_independent(tree, "other_toy");
  experiment::DataFolder data{tree.root()};
  CHECK_NOTHROW(Setup(config_of("[toy]"), data));
  CHECK_NOTHROW(Setup(config_of("[other_toy]"), data));
  for (const char* experiments : {"[toy, other_toy]", "[other_toy, toy]"}) {
    test::check_throws<ConfigError>(
        [&] { Setup(config_of(experiments), data); },
        {"toy", "other_toy", "not independent", "it counts the same events", "remove one"});
  }
}

TEST_CASE("A copy of a data set under another name is refused, Asimov data of it are not") {
  const test::DetectorFolder tree;
  tree.copy_toy("copy");
  make_independent(tree, "toy");
  make_independent(tree, "copy");
  tree.write("copy/bins.csv", tree.read("toy/bins.csv"));
  experiment::DataFolder data{tree.root()};
  test::check_throws<ConfigError>([&] { Setup(config_of("[toy, copy]"), data); },
                                  {"copy and toy", "tables of data are equal", "remove one"});
  RunConfig two_detectors = config_of("[toy, copy]");
  two_detectors.asimov = campaign::AsimovRequest{};
  CHECK_NOTHROW(Setup(two_detectors, data));
}

TEST_CASE("Experiments that define a nuisance differently are refused") {
  const test::DetectorFolder tree;
  tree.copy_toy("second");
  make_independent(tree, "toy");
  tree.replace("second/experiment.yaml", "width: 0.1, scales", "width: 0.2, scales");
  experiment::DataFolder data{tree.root()};
  test::check_throws<ConfigError>([&] { Setup(config_of("[toy, second]"), data); },
                                  {"toy_signal", "toy", "second", "0.1", "0.2"});
}

TEST_CASE("Unknown experiments of a config are config errors with a suggestion") {
  const test::DetectorFolder tree;
  experiment::DataFolder data{tree.root()};
  test::check_throws<ConfigError>([&] { Setup(config_of("[tpy]"), data); },
                                  {"unknown experiment 'tpy'", "did you mean 'toy'?"});
}

TEST_CASE("Two experiments of half the exposure give the limits of the whole") {
  const test::DetectorFolder tree;
  // Halves: half the mass, half the counts (odd ones too: the likelihood takes them), half the
  // background; the nuisances are shared by name.
  tree.copy_toy("half");
  tree.replace("half/experiment.yaml", "single: {target.mass_kg: 30}",
               "single: {target.mass_kg: 15}");
  tree.replace("half/experiment.yaml", "events: 60", "events: 30");
  tree.replace("half/bins.csv", "4,8,150,", "4,8,75,");
  tree.replace("half/bins.csv", "8,12,104,", "8,12,52,");
  tree.replace("half/bins.csv", "12,20,125,", "12,20,62.5,");
  tree.replace("half/bins.csv", "20,40,90,", "20,40,45,");
  std::filesystem::copy(tree.root() / "half", tree.root() / "half_2",
                        std::filesystem::copy_options::recursive);
  tree.replace("half_2/bins.csv", "20,40,45,", "20,40,45.0,");
  experiment::DataFolder data{tree.root()};
  const Setup whole{config_of("[toy]"), data};
  const Setup halves{config_of("[half, half_2]"), data};
  for (const double mass : {1.0, 10.0}) {
    const inference::Profile one = whole.profile(whole.signals(mass));
    const inference::Profile two = halves.profile(halves.signals(mass));
    const auto best_one = one.best_fit().best;
    const auto best_two = two.best_fit().best;
    CHECK(best_two.minus_two_log_l == Approx(best_one.minus_two_log_l).epsilon(1.0e-8));
    for (const double threshold : {2.71, 4.61}) {
      CHECK(two.upper_limit(best_two, threshold, 1.0e-12).poi ==
            Approx(one.upper_limit(best_one, threshold, 1.0e-12).poi).epsilon(1.0e-8));
    }
  }
}
