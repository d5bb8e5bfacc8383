#include "nudipole/campaign/run_config.hpp"

#include "support/catch2.hpp"
#include "support/throws_like.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace nudipole;
using campaign::RunConfig;

namespace {

constexpr const char* full = R"(format: 1
title: d_mu from two experiments
experiments:
  - coherent_csi_2022
  - {name: dresden_ii, options: {quenching: fef, channels: both}}
flavour: mu
mass: {from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log}
coupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log}
limits: {confidence: [0.90, 0.95], dof: [1, 2], thresholds: exact}
fit: {algorithm: slsqp, tolerance: 1.0e-12}
run: {checkpoint_every_s: 5, allowed_failed_fraction: 0.01}
)";

RunConfig parse(const std::string& text) { return RunConfig::parse(text, "scan.yaml"); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  INFO("looking for '" << from << "'");
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("Every key of a configuration arrives") {
  const RunConfig config = parse(full);
  CHECK(config.title == "d_mu from two experiments");
  REQUIRE(config.experiments.size() == 2);
  const experiment::Selection& csi = config.experiments[0];
  const experiment::Selection& dresden = config.experiments[1];
  CHECK(csi.name == "coherent_csi_2022");
  CHECK(csi.options.empty());
  CHECK(csi.where.find("experiments[0].name") != std::string::npos);
  CHECK(dresden.name == "dresden_ii");
  CHECK(dresden.options ==
        std::map<std::string, std::string>{{"quenching", "fef"}, {"channels", "both"}});
  for (const experiment::Selection& selection : config.experiments) {
    CHECK(selection.correlation == experiment::Correlation::shared);
  }
  CHECK(config.couplings.front().name == "mu");
  CHECK(config.mass_MeV.size() == 6);
  CHECK(config.coupling_mu_B().size() == 4);
  CHECK(config.limits.confidence == std::vector<double>{0.90, 0.95});
  CHECK(config.limits.dof == std::vector<int>{1, 2});
  CHECK(config.limits.thresholds == inference::Thresholds::exact);
  CHECK(config.fit.algorithm == fit::Algorithm::slsqp);
  CHECK(config.fit.tolerance == 1.0e-12);
  CHECK(config.checkpoint_every_s == 5.0);
  CHECK(config.allowed_failed_fraction == 0.01);
}

TEST_CASE(
    "The path of an experiment counts from the configuration, and is no part of the identity") {
  const auto with = [&](const std::string& entry, const std::string& file) {
    return RunConfig::parse(replaced(full, "coherent_csi_2022", entry), file);
  };
  const RunConfig plain = with("mine", "scan.yaml");
  const std::pair<const char*, const char*> cases[] = {
      {"{path: mine}", "configs/mine"},
      {"{path: ./mine/}", "configs/mine"},
      {"{path: ../other/./mine}", "other/mine"},
      {"{path: /some/where/mine}", "/some/where/mine"},
  };
  for (const auto& [entry, folder] : cases) {
    INFO(entry);
    const RunConfig config = with(entry, "configs/scan.yaml");
    CHECK(config.experiments[0].name == "mine");
    CHECK(config.experiments[0].folder == folder);
    CHECK(config.experiments[0].where == "configs/scan.yaml:4: experiments[0].path");
    CHECK(config.canonical_text() == plain.canonical_text());
    CHECK(config.hash() == plain.hash());
  }
  CHECK(with("{path: mine}", "scan.yaml").experiments[0].folder == "mine");
  CHECK(with("{path: mine, options: {a: b}}", "x/a.yaml").experiments[0].options.size() == 1);
}

TEST_CASE("What is left out has its default") {
  const RunConfig config = parse(
      "format: 1\nexperiments: [a]\nflavour: universal\nmass: {values_MeV: [1]}\n"
      "coupling: {values_mu_B: [1e-9]}\n");
  CHECK(config.title.empty());
  CHECK(config.couplings.front().name == "universal");
  CHECK(config.limits.confidence == std::vector<double>{0.90});
  CHECK(config.limits.dof == std::vector<int>{1});
  CHECK(config.limits.thresholds == inference::Thresholds::tabulated);
  CHECK(config.fit.algorithm == fit::Algorithm::automatic);
  CHECK(config.fit.tolerance == 1.0e-10);
  CHECK(config.checkpoint_every_s == 30.0);
  CHECK(config.allowed_failed_fraction == 0.0);
}

TEST_CASE("The canonical text holds every resolved number") {
  const std::string text = parse(full).canonical_text();
  for (const char* line :
       {"format: 1\n", "experiments.0.name: coherent_csi_2022\n",
        "experiments.1.name: dresden_ii\n", "experiments.1.options.channels: both\n",
        "experiments.1.options.quenching: fef\n", "flavour: mu\n",
        "limits.confidence: [0.9, 0.95]\n", "limits.dof: [1, 2]\n", "limits.thresholds: exact\n",
        "fit.algorithm: slsqp\n", "fit.tolerance: 1e-12\n"}) {
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
  }
  CHECK(text.find("mass.values_MeV: [0.01, ") != std::string::npos);
  CHECK(text.find(", 50]\n") != std::string::npos);
  CHECK(text.find("title") == std::string::npos);
  CHECK(text.find("checkpoint") == std::string::npos);
}

TEST_CASE("The canonical text does not see comments, order, notation or spacing") {
  const RunConfig config = parse(full);
  const std::vector<std::string> same{
      "# a comment\n" + std::string{full},
      replaced(full, "from_MeV: 0.01, to_MeV: 50", "to_MeV: 5.0e+1, from_MeV: 1.0e-2"),
      replaced(full, "mass: {from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log}",
               "mass:\n    from_MeV: 0.0100  # lightest\n    to_MeV: 50.0\n    points: 6\n"),
      replaced(full, "{quenching: fef, channels: both}", "{channels: both, quenching: fef}"),
      replaced(full, "- coherent_csi_2022", "- {name: coherent_csi_2022}"),
  };
  for (const std::string& text : same) {
    INFO(text);
    CHECK(parse(text).canonical_text() == config.canonical_text());
    CHECK(parse(text).hash() == config.hash());
  }
}

TEST_CASE("A grid and the list of its values have one canonical text") {
  const std::string list =
      replaced(full, "{from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log}",
               "{values_mu_B: [1e-10, 1e-9, 1e-8, 1e-7]}");
  const RunConfig grid = parse(full);
  const RunConfig values = parse(list);
  // The inner points may differ in their last digit; the ends do not.
  CHECK(values.coupling_mu_B().front() == grid.coupling_mu_B().front());
  CHECK(values.coupling_mu_B().back() == grid.coupling_mu_B().back());
  CHECK(values.coupling_mu_B()[1] == Approx(grid.coupling_mu_B()[1]).epsilon(1.0e-14));
}

TEST_CASE("Title and run section are not part of the canonical text") {
  const std::string hash = parse(full).hash();
  CHECK(parse(replaced(full, "d_mu from two", "another title for two")).hash() == hash);
  CHECK(parse(replaced(full, "checkpoint_every_s: 5", "checkpoint_every_s: 500")).hash() == hash);
  CHECK(parse(replaced(full, "fraction: 0.01", "fraction: 1")).hash() == hash);
}

TEST_CASE("Every key that can change a result changes the canonical text") {
  static constexpr std::pair<const char*, const char*> changes[]{
      {"- coherent_csi_2022", "- coherent_csi_2017"},
      {"{name: dresden_ii", "{name: dresden_iii"},
      {"quenching: fef", "quenching: ybe"},
      {", channels: both", ""},
      {"flavour: mu", "flavour: e"},
      {"from_MeV: 0.01", "from_MeV: 0.010000000000000002"},
      {"to_MeV: 50", "to_MeV: 50.000000000000007"},
      {"points: 6", "points: 7"},
      {"points: 6, spacing: log", "points: 6, spacing: linear"},
      {"from_mu_B: 1e-10", "from_mu_B: 1.1e-10"},
      {"to_mu_B: 1e-7", "to_mu_B: 2e-7"},
      {"points: 4", "points: 5"},
      {"points: 4, spacing: log", "points: 4, spacing: linear"},
      {"[0.90, 0.95]", "[0.90]"},
      {"dof: [1, 2]", "dof: [1]"},
      {"thresholds: exact", "thresholds: tabulated"},
      {"algorithm: slsqp", "algorithm: auto"},
      {"tolerance: 1.0e-12", "tolerance: 1.0e-11"},
  };
  std::map<std::string, std::string> seen{{parse(full).hash(), "(unchanged)"}};
  for (const auto& [from, to] : changes) {
    INFO("'" << from << "' -> '" << to << "'");
    const auto [entry, is_new] = seen.emplace(parse(replaced(full, from, to)).hash(), to);
    INFO("same as " << entry->second);
    CHECK(is_new);
  }
}

TEST_CASE("A configuration is read from a file, whose path errors name") {
  const auto file = std::filesystem::temp_directory_path() / "nudipole_test_run_config.yaml";
  std::ofstream{file} << full;
  CHECK(RunConfig::load(file).canonical_text() == parse(full).canonical_text());
  std::ofstream{file} << replaced(full, "flavour: mu", "flavour: muon");
  test::check_throws<ConfigError>([&] { (void)RunConfig::load(file); },
                                  {file.string() + ":6: flavour"});
  std::filesystem::remove(file);
  test::check_throws<ConfigError>([&] { (void)RunConfig::load(file); }, {file.string()});
}
