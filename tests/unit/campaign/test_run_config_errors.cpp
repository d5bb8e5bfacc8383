// Everything that can be wrong in a configuration: a ConfigError in one line that names file, line
// and key, and says what was expected.
#include "nudipole/campaign/run_config.hpp"

#include "support/mistake.hpp"

#include <cstddef>
#include <string>

using namespace nudipole;
using test::Mistake;

namespace {

constexpr const char* good = R"(format: 1
title: good
experiments:
  - coherent_csi_2022
flavour: mu
mass: {from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log}
coupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log}
limits: {confidence: [0.90], dof: [1, 2]}
fit: {algorithm: auto, tolerance: 1.0e-10}
run: {checkpoint_every_s: 30, allowed_failed_fraction: 0}
)";

template <std::size_t n>
void check_mistakes(const Mistake (&mistakes)[n]) {
  for (const Mistake& mistake : mistakes) {
    test::check_told<ConfigError>(mistake, "scan.yaml:", [&] {
      (void)campaign::RunConfig::parse(test::with_mistake(good, mistake), "scan.yaml");
    });
  }
}

}  // namespace

TEST_CASE("The configuration these tests break is a good one") {
  CHECK_NOTHROW(campaign::RunConfig::parse(good, "scan.yaml"));
}

TEST_CASE("Unknown and misspelt keys are refused with a suggestion") {
  check_mistakes({
      {"title: good", "titel: good", {{":2: titel", "unknown key", "did you mean 'title'?"}}},
      {"spacing: log}\ncoupling",
       "spacin: log}\ncoupling",
       {{":6: mass.spacin", "unknown key", "did you mean 'spacing'?"}}},
      {"dof: [1, 2]", "degrees: [1, 2]", {{":8: limits.degrees", "unknown key", "'dof'"}}},
      {"tolerance: 1.0e-10", "tolerence: 1.0e-10", {{":9: fit.tolerence", "'tolerance'"}}},
      {"checkpoint_every_s",
       "checkpoint_every",
       {{":10: run.checkpoint_every", "'checkpoint_every_s'"}}},
      {"- coherent_csi_2022",
       "- {name: coherent_csi_2022, option: {a: b}}",
       {{":4: experiments[0].option", "did you mean 'options'?"}}},
  });
}

TEST_CASE("An experiment is a name or a path that ends in one") {
  check_mistakes({
      {"- coherent_csi_2022", "- {path: .}", {{":4: experiments[0].path", "does not end in"}}},
      {"- coherent_csi_2022", "- {path: a/..}", {{":4: experiments[0].path", "does not end in"}}},
      {"- coherent_csi_2022",
       "- {path: mine, name: mine}",
       {{":4: experiments[0]", "name", "path"}}},
      {"- coherent_csi_2022",
       "- mine\n  - {path: ../mine}",
       {{":5: experiments[1].path", "experiment mine is listed twice"}}},
      {"- coherent_csi_2022", "- {options: {a: b}}", {{":4: experiments[0].name", "missing"}}},
  });
}

TEST_CASE("Missing keys are named") {
  check_mistakes({
      {"format: 1\n", "", {{": format", "missing"}}},
      {"experiments:\n  - coherent_csi_2022\n", "", {{": experiments", "missing"}}},
      {"flavour: mu\n", "", {{": flavour", "missing"}}},
      {"mass: {from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log}\n",
       "",
       {{": mass", "missing"}}},
      {", points: 6", "", {{":6: mass.points", "missing"}}},
      {"from_MeV: 0.01, ", "", {{":6: mass.from_MeV", "missing"}}},
      {"to_mu_B: 1e-7, ", "", {{":7: coupling.to_mu_B", "missing"}}},
      {"- coherent_csi_2022", "- {options: {a: b}}", {{":4: experiments[0].name", "missing"}}},
  });
}

TEST_CASE("Grids that no machine could finish are refused") {
  check_mistakes({
      {"to_MeV: 50", "to_MeV: 1e300", {{":6: mass", "1e+300 MeV", "1e+06"}}},
      {"to_mu_B: 1e-7", "to_mu_B: 1e3", {{":7: coupling", "1000 mu_B", "0.01"}}},
      {"points: 4", "points: 4000000", {{"coupling", "out of range"}}},
      {"points: 6, spacing: log}\ncoupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4",
       "points: 6000, spacing: log}\ncoupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 5000",
       {{": coupling", "3e+07 fits", "2e+07"}}},
  });
}

TEST_CASE("Values of another kind are refused") {
  check_mistakes({
      {"from_MeV: 0.01", "from_MeV: ten", {{":6: mass.from_MeV", "ten"}}},
      {"to_MeV: 50", "to_MeV: 50 MeV", {{":6: mass.to_MeV", "50 MeV"}}},
      {"to_MeV: 50", "to_MeV: \"50\"", {{":6: mass.to_MeV", "remove the quotes"}}},
      {"points: 6", "points: 6.5", {{":6: mass.points", "whole"}}},
      {"confidence: [0.90]", "confidence: 0.90", {{":8: limits.confidence", "a list"}}},
      {"  - coherent_csi_2022", "  coherent_csi_2022: 1", {{"experiments", "a list"}}},
      {"from_MeV: 0.01", "from_MeV: .nan", {{":6: mass.from_MeV"}}},
      {"format: 1", "format: one", {{":1: format"}}},
      {"mass: {from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log}",
       "mass: 10",
       {{":6: mass", "a map"}}},
  });
}

TEST_CASE("Wrong units are refused, with the key that was probably meant") {
  check_mistakes({
      {"from_MeV: 0.01",
       "from_GeV: 0.01",
       {{":6: mass.from_MeV", "missing", "'from_GeV' in line 6"}}},
      {"from_mu_B: 1e-10",
       "from_muB: 1e-10",
       {{":7: coupling.from_mu_B", "missing", "'from_muB' in line 7"}}},
      // Ends in two units: neither is left without its partner in silence.
      {"to_mu_B: 1e-7", "to_per_GeV: 1e-7", {{":7: coupling.from_mu_B", "one unit"}}},
      {"checkpoint_every_s: 30", "checkpoint_every_min: 1", {{":10: run.checkpoint_every_min"}}},
  });
}

TEST_CASE("Negative, reversed and empty ranges are refused") {
  check_mistakes({
      {"from_MeV: 0.01", "from_MeV: -0.01", {{":6: mass.from_MeV", "-0.01", ">= 0"}}},
      {"from_MeV: 0.01", "from_MeV: 0", {{":6: mass.from_MeV", "> 0", "spacing: linear"}}},
      {"from_MeV: 0.01, to_MeV: 50",
       "from_MeV: 50, to_MeV: 0.01",
       {{":6: mass.to_MeV", "reversed", "above 50"}}},
      {"from_MeV: 0.01, to_MeV: 50", "from_MeV: 50, to_MeV: 50", {{":6: mass.to_MeV", "reversed"}}},
      {"points: 6", "points: 1", {{":6: mass.to_MeV", "single point"}}},
      {"points: 6", "points: 0", {{":6: mass.points", ">= 1"}}},
      {"points: 6", "points: -3", {{":6: mass.points"}}},
      {"points: 6", "points: 100000000", {{":6: mass.points"}}},
      {"from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log",
       "values_mu_B: []",
       {{":7: coupling.values_mu_B", "empty"}}},
      {"from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log",
       "values_mu_B: [1e-9, 1e-10]",
       {{":7: coupling.values_mu_B[1]", "do not grow"}}},
      {"from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log",
       "values_mu_B: [1e-9, 1e-9]",
       {{":7: coupling.values_mu_B[1]", "do not grow"}}},
      {"from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log",
       "values_mu_B: [-1e-9]",
       {{":7: coupling.values_mu_B[0]", "> 0"}}},
  });
}

TEST_CASE("A list and a range together are refused") {
  check_mistakes({
      {"from_MeV: 0.01", "values_MeV: [1], from_MeV: 0.01", {{":6: mass.from_MeV", "cannot both"}}},
      {"from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log",
       "values_MeV: [1, 2], points: 6",
       {{":6: mass.points", "cannot both"}}},
      {"from_MeV: 0.01, to_MeV: 50, points: 6, spacing: log",
       "values_MeV: [1, 2], spacing: log",
       {{":6: mass.spacing"}}},
      {"from_mu_B: 1e-10, to_mu_B: 1e-7, points: 4, spacing: log",
       "values_mu_B: [1e-9], values_per_GeV: [1e-6]",
       {{":7: coupling.values_mu_B", "one unit"}}},
  });
}

TEST_CASE("Unknown words are refused with the known ones") {
  check_mistakes({
      {"flavour: mu",
       "flavour: muon",
       {{":5: flavour", "'muon'", "universal", "did you mean 'mu'?"}}},
      {"spacing: log}\ncoupling", "spacing: lin}\ncoupling", {{":6: mass.spacing", "'linear'"}}},
      {"algorithm: auto", "algorithm: minuit", {{":9: fit.algorithm", "slsqp", "lbfgs"}}},
      {"dof: [1, 2]", "dof: [1, 2], thresholds: pdg", {{":8: limits.thresholds", "tabulated"}}},
  });
}

TEST_CASE("Experiments are listed once, and at least one is") {
  check_mistakes({
      {"- coherent_csi_2022",
       "- coherent_csi_2022\n  - {name: coherent_csi_2022, options: {a: b}}",
       {{":5: experiments[1].name", "coherent_csi_2022 is listed twice"}}},
      {"\n  - coherent_csi_2022", " []", {{":3: experiments", "no experiment"}}},
  });
}

TEST_CASE("Limits need sensible confidence levels and degrees of freedom") {
  check_mistakes({
      {"[0.90]", "[1.5]", {{":8: limits.confidence[0]", "1.5 is out of range", "> 0 and < 1"}}},
      {"[0.90]", "[0]", {{":8: limits.confidence[0]"}}},
      {"[0.90]", "[1]", {{":8: limits.confidence[0]"}}},
      {"[0.90]", "[90]", {{":8: limits.confidence[0]"}}},
      {"[0.90]", "[]", {{":8: limits.confidence", "empty"}}},
      {"[0.90]", "[0.95, 0.90]", {{":8: limits.confidence[1]", "do not grow"}}},
      {"dof: [1, 2]", "dof: [1.5]", {{":8: limits.dof", "whole"}}},
      {"dof: [1, 2]", "dof: [0]", {{":8: limits.dof[0]", ">= 1"}}},
      {"dof: [1, 2]", "dof: [1000]", {{":8: limits.dof", "100"}}},
      {"dof: [1, 2]", "dof: []", {{":8: limits.dof", "empty"}}},
  });
}

TEST_CASE("Numbers of the fit and run sections have their ranges") {
  check_mistakes({
      {"tolerance: 1.0e-10", "tolerance: 1", {{":9: fit.tolerance", "1e-06"}}},
      {"tolerance: 1.0e-10", "tolerance: 0", {{":9: fit.tolerance"}}},
      {"checkpoint_every_s: 30", "checkpoint_every_s: 0", {{":10: run.checkpoint_every_s", "> 0"}}},
      {"fraction: 0", "fraction: 1.1", {{":10: run.allowed_failed_fraction", "<= 1"}}},
      {"format: 1", "format: 2", {{":1: format", "2 is out of range"}}},
  });
}
