// limits: {each_experiment: true}: the limits of every experiment by itself in one run.
#include "nudipole/core/error.hpp"
#include "nudipole/scan/result_table.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "unit/scan/toy_analysis.hpp"

#include <cmath>

using namespace nudipole;
using inference::LimitStatus;
using scan::Analysis;
using scan::ResultTable;
using scan::RunConfig;

namespace {

/// Two toys, the second with twice the mass, with nuisances of their own; 60 MeV is out of reach.
Analysis two_toys(const std::string& limits, const std::string& experiments = "[toy, second]") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "overlaps:\n  other_toy: it counts the same events\n", "");
  tree.copy_toy("second");
  tree.replace("second/experiment.yaml", "toy_signal:", "second_signal:");
  tree.replace("second/experiment.yaml", "toy_ambient:", "second_ambient:");
  std::string yaml = test::toy_yaml("{values_MeV: [10, 60]}");
  yaml.replace(yaml.find("[toy]"), 5, experiments);
  yaml.replace(yaml.find("dof: [1, 2]"), 11, "dof: [1, 2]" + limits);
  experiment::DataFolder data{tree.root()};
  return {RunConfig::parse(yaml, "toy.yaml"), data};
}

const Analysis& with_parts() {
  static const Analysis analysis = two_toys(", each_experiment: true");
  return analysis;
}

}  // namespace

TEST_CASE("Limits of each experiment are those of a scan of it alone") {
  const scan::UnitResult together = scan::evaluate(with_parts(), {0, 0, 1, true});
  REQUIRE(together.parts.size() == 2);
  const char* alone[] = {"[toy]", "[second]"};
  for (std::size_t i = 0; i < 2; ++i) {
    const scan::UnitResult single = scan::evaluate(two_toys("", alone[i]), {0, 0, 1, true});
    const scan::PartResult& part = together.parts[i];
    CHECK(single.parts.empty());
    CHECK(part.best_minus_two_log_l == single.best.minus_two_log_l);
    CHECK(part.best_coupling_mu_B == single.best.coupling_mu_B);
    CHECK(part.best_status == single.best.status);
    REQUIRE(part.limits.size() == 4);
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(part.limits[k].x_mu_B2 == single.limits[k].x_mu_B2);
      CHECK(part.limits[k].status == LimitStatus::ok);
    }
  }
}

TEST_CASE("Asking for limits of each experiment leaves the joint results as they are") {
  const scan::UnitResult with = scan::evaluate(with_parts(), {0, 0, 8, true});
  const scan::UnitResult without = scan::evaluate(two_toys(""), {0, 0, 8, true});
  CHECK(with.best.minus_two_log_l == without.best.minus_two_log_l);
  for (std::size_t k = 0; k < 4; ++k) CHECK(with.limits[k].x_mu_B2 == without.limits[k].x_mu_B2);
  for (std::size_t k = 0; k < 8; ++k) {
    CHECK(with.grid[k].minus_two_log_l == without.grid[k].minus_two_log_l);
  }
}

TEST_CASE("A table has the fields of single experiments when the configuration asks for them") {
  const ResultTable plain{two_toys("")};
  CHECK_FALSE(plain.dataset().has_field("experiment_limit"));
  ResultTable table{with_parts()};
  const labelled::Dataset& data = table.dataset();
  CHECK(data.field("experiment_limit").axes ==
        std::vector<std::string>{"mass", "experiment", "confidence", "dof"});
  CHECK(data.field("experiment_best_minus_two_log_l").axes ==
        std::vector<std::string>{"mass", "experiment"});
  CHECK(data.values<std::int8_t>("experiment_limit_status").front() == -1);
  CHECK(data.fields().size() == plain.dataset().fields().size() + 5);

  for (const std::uint64_t mass : {0U, 1U}) {
    table.store(scan::evaluate(with_parts(), {mass, 0, 8, true}));
  }
  const scan::UnitResult first = scan::evaluate(with_parts(), {0, 0, 0, true});
  const auto& limits = data.values<double>("experiment_limit");
  const auto& codes = data.values<std::int8_t>("experiment_limit_status");
  REQUIRE(limits.size() == 2 * 2 * 4);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(limits[i * 4 + k] == std::sqrt(first.parts[i].limits[k].x_mu_B2));
      CHECK(codes[i * 4 + k] == static_cast<int>(LimitStatus::ok));
      CHECK(std::isnan(limits[8 + i * 4 + k]));  // 60 MeV
      CHECK(codes[8 + i * 4 + k] == static_cast<int>(LimitStatus::closed));
    }
    CHECK(data.values<double>("experiment_best_minus_two_log_l")[i] ==
          first.parts[i].best_minus_two_log_l);
  }
  CHECK(table.progress().masses_done == 2);
  CHECK(table.progress().fits_failed == 0);
}

TEST_CASE("A failed fit of a part counts as failed and a result without its parts is refused") {
  ResultTable table{with_parts()};
  scan::UnitResult result = scan::evaluate(with_parts(), {0, 0, 8, true});
  result.parts[1].best_minus_two_log_l = std::nan("");
  table.store(result);
  CHECK(table.progress().fits_failed == 1);
  CHECK(table.dataset().values<std::int8_t>("experiment_best_status")[1] ==
        static_cast<int>(fit::FitStatus::failed));
  result.parts.pop_back();
  CHECK_THROWS_AS(table.store(result), Error);
}
