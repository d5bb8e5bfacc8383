#include "nudipole/experiment/experiment.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

using namespace nudipole;
using experiment::DataFolder;
using experiment::Experiment;
using experiment::Summary;

TEST_CASE("A summary tells what a file offers without building anything") {
  const test::DetectorFolder tree;
  DataFolder data{tree.root()};
  const Summary summary = Experiment::summarise(data, {.name = "toy"});
  CHECK(summary.name == "toy");
  CHECK(summary.title == "A made-up detector");
  CHECK(summary.reference == "none");
  REQUIRE(summary.options.size() == 3);
  CHECK(summary.options[0].name == "mass");
  CHECK(summary.options[0].what == "how much of it there is");
  CHECK(summary.options[0].default_choice == "single");
  CHECK(summary.options[0].choices == std::vector<std::string>{"single", "double"});
  REQUIRE(summary.nuisances.size() == 2);
  CHECK(summary.nuisances[0].name == "toy_signal");
  CHECK(summary.overlaps.at("other_toy") == "it counts the same events");
  CHECK(data.files_read().size() == 1);
}

TEST_CASE("Options change what they name and nothing else") {
  const test::DetectorFolder tree;
  const Experiment plain = tree.load();
  const Experiment without = tree.load({{"electrons", "off"}});
  CHECK(plain.signal().has_electrons());
  CHECK_FALSE(without.signal().has_electrons());
  REQUIRE(without.term().components().size() == 2);
  CHECK((without.term().components()[0].events == plain.term().components()[0].events).all());
  CHECK(without.term().components()[1].name == "ambient");
  CHECK((without.signal().dipole(1.0).electron[0] == 0.0).all());
  CHECK((plain.signal().dipole(1.0).electron[0] > 0.0).any());
}

TEST_CASE("Naming the default choice changes nothing") {
  const test::DetectorFolder tree;
  const Experiment plain = tree.load();
  const Experiment named = tree.load({{"mass", "single"}, {"electrons", "on"}});
  for (std::size_t i = 0; i < plain.term().components().size(); ++i) {
    CHECK((plain.term().components()[i].events == named.term().components()[i].events).all());
  }
}

TEST_CASE("An option may replace a whole section: Gaussian data") {
  const test::DetectorFolder tree;
  const Experiment toy = tree.load({{"data", "gaussian"}});
  Eigen::ArrayXd moved = toy.observed();
  moved(1) += 21.0;  // two errors of 10.5
  Eigen::ArrayXd slope;
  CHECK(toy.term().statistic().deviance(moved, toy.term().observe(toy.observed()), slope) ==
        Approx(4.0).epsilon(1.0e-12));
}

TEST_CASE("Unknown experiments, options and choices are config errors with a suggestion") {
  const test::DetectorFolder tree;
  tree.copy_toy("coherent_like");
  DataFolder data{tree.root()};
  const auto load = [&](const std::string& name, std::map<std::string, std::string> options) {
    return [&data, name, options] {
      (void)Experiment::load(data, {.name = name, .options = options});
    };
  };
  test::check_throws<ConfigError>(
      load("coherent_lke", {}),
      {"unknown experiment 'coherent_lke'", "coherent_like, toy", "did you mean 'coherent_like'?"});
  test::check_throws<ConfigError>([&] { (void)Experiment::summarise(data, {.name = "tyo"}); },
                                  {"unknown experiment 'tyo'", "did you mean 'toy'?"});
  test::check_throws<ConfigError>(load("toy", {{"electron", "on"}}),
                                  {"experiment toy has no option 'electron'",
                                   "mass, electrons, data", "did you mean 'electrons'?"});
  test::check_throws<ConfigError>(load("toy", {{"mass", "singel"}}),
                                  {"option 'mass' of experiment toy has no choice 'singel'",
                                   "single, double", "did you mean 'single'?"});
}

TEST_CASE("A default that is not among the choices is a data error") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "default: single", "default: triple");
  test::check_throws<DataError>([&] { (void)tree.load(); },
                                {"experiment.yaml:36: options.mass.default", "triple", "single"});
}

TEST_CASE("A choice that sets a key inside something absent is a data error") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "{target.mass_kg: 60}", "{detector.mass_kg: 60}");
  CHECK_NOTHROW(tree.load());
  test::check_throws<DataError>(
      [&] {
        (void)tree.load({{"mass", "double"}});
      },
      {"experiment.yaml:39", "detector"});
}

TEST_CASE("A choice that misspells the key it sets is a data error") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "{target.mass_kg: 60}", "{target.mass_g: 60}");
  test::check_throws<DataError>(
      [&] {
        (void)tree.load({{"mass", "double"}});
      },
      {"experiment.yaml:", "target.mass_g", "unknown key", "mass_kg"});
}
