#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/labelled/digest.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <array>
#include <cmath>

using namespace nudipole;
using campaign::Setup;
using campaign::Task;
using inference::LimitStatus;
using labelled::Dataset;
using Names = std::vector<std::string>;

namespace {

/// Masses below and above the line of 29.79 MeV and above the end point of 52.8 MeV.
std::shared_ptr<const Setup> toy() {
  static const auto setup = test::toy_setup(test::toy_yaml("{values_MeV: [0.1, 10, 29.8, 60]}"));
  return setup;
}

/// The dataset of a grid after some tasks, done in their order by one worker.
Dataset after(const std::shared_ptr<const Setup>& setup, const std::vector<Task>& tasks) {
  const auto grid = campaign::make_grid(setup);
  Dataset data = grid->begin({});
  const auto worker = grid->worker();
  for (const Task& task : tasks) data.apply((*worker)(task));
  return data;
}

/// All items of all masses, each mass in one task.
Dataset whole(const std::shared_ptr<const Setup>& setup) {
  const auto grid = campaign::make_grid(setup);
  return after(setup, grid->missing(grid->begin({})));
}

/// Bit for bit, NaN being equal to NaN.
bool same_bits(const Dataset& one, const Dataset& other) {
  return labelled::content_digest(one) == labelled::content_digest(other);
}

/// Two toys, the second with nuisances of its own; 60 MeV is out of reach.
std::shared_ptr<const Setup> two_toys(const std::string& limits,
                                      const std::string& experiments = "[toy, second]") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "overlaps:\n  other_toy: it counts the same events\n", "");
  tree.copy_toy("second");
  tree.replace("second/experiment.yaml", "toy_signal:", "second_signal:");
  tree.replace("second/experiment.yaml", "toy_ambient:", "second_ambient:");
  std::string yaml = test::toy_yaml("{values_MeV: [10, 60]}");
  yaml.replace(yaml.find("[toy]"), 5, experiments);
  yaml.replace(yaml.find("dof: [1, 2]"), 11, "dof: [1, 2]" + limits);
  experiment::DataFolder data{tree.root()};
  return std::make_shared<const Setup>(campaign::RunConfig::parse(yaml, "toy.yaml"), data);
}

}  // namespace

TEST_CASE("An empty grid has the axes of its config, what is known, and nothing done") {
  const auto grid = campaign::make_grid(toy());
  const Dataset data = grid->begin({});
  CHECK(std::get<std::vector<double>>(data.axis("mass").values) ==
        std::vector<double>{0.1, 10.0, 29.8, 60.0});
  CHECK(data.axis("mass").units == "MeV");
  CHECK(data.axis("coupling").size() == 8);
  CHECK(std::get<Names>(data.axis("experiment").values) == Names{"joint"});
  CHECK(std::get<Names>(data.axis("term").values) == Names{"toy"});
  CHECK(std::get<Names>(data.axis("nuisance").values) == Names{"toy_signal", "toy_ambient"});
  CHECK(data.field("limit").axes == Names{"mass", "experiment", "confidence", "dof"});
  CHECK(data.at<double>("coupling_per_GeV", {7}) == DipoleCoupling::from_mu_B(1.0e-7).per_GeV());
  CHECK(data.at<double>("nuisance_width", {1}) == 0.05);
  CHECK(std::isnan(data.at<double>("standard_model", {})));
  CHECK(std::isnan(data.at<double>("minus_two_log_l", {3, 7})));
  CHECK(data.at<std::int8_t>("fit_status", {0, 5}) == labelled::not_done);
  for (const labelled::Field& field : data.fields()) {
    INFO(field.name);
    CHECK_FALSE(field.units.empty());
    CHECK_FALSE(field.long_name.empty());
    CHECK(std::holds_alternative<std::vector<std::int8_t>>(field.values) == !field.flags.empty());
  }
  CHECK(grid->missing(data) ==
        std::vector<Task>{{0, 0.1, 0, 9}, {1, 10, 0, 9}, {2, 29.8, 0, 9}, {3, 60, 0, 9}});
  const Dataset part = grid->begin({1, 3});
  CHECK(std::get<std::vector<double>>(part.axis("mass").values) == std::vector<double>{10.0});
}

TEST_CASE("Tasks in any cut and order give bit for bit the same, and nothing is missing then") {
  const Dataset all = whole(toy());
  const auto grid = campaign::make_grid(toy());
  CHECK(grid->missing(all).empty());
  CHECK_FALSE(grid->next_level(all));
  CHECK(same_bits(after(toy(), {{3, 60, 0, 9},
                                {2, 29.8, 5, 9},
                                {1, 10, 4, 9},
                                {0, 0.1, 0, 9},
                                {1, 10, 0, 1},
                                {2, 29.8, 0, 5},
                                {1, 10, 1, 4}}),
                  all));
  const Dataset some = after(toy(), {{1, 10, 3, 5}, {2, 29.8, 0, 9}, {3, 60, 0, 2}});
  CHECK(grid->missing(some) ==
        std::vector<Task>{{0, 0.1, 0, 9}, {1, 10, 0, 3}, {1, 10, 5, 9}, {3, 60, 2, 9}});
  CHECK_FALSE(same_bits(some, all));
}

TEST_CASE("Limits of each experiment are those of a scan of it alone, beside the joint ones") {
  const Dataset together = whole(two_toys(", each_experiment: true"));
  CHECK(std::get<Names>(together.axis("experiment").values) == Names{"toy", "second", "joint"});
  const std::array<std::string, 3> alone{"[toy]", "[second]", "[toy, second]"};
  for (std::size_t entry = 0; entry < 3; ++entry) {
    INFO(alone[entry]);
    const Dataset single = whole(two_toys("", alone[entry]));
    for (const char* field : {"best_minus_two_log_l", "best_coupling"}) {
      CHECK(together.at<double>(field, {0, entry}) == single.at<double>(field, {0, 0}));
    }
    CHECK(std::ranges::equal(together.slice<double>("limit", {0, entry}),
                             single.slice<double>("limit", {0, 0})));
    for (const std::int8_t code : together.slice<std::int8_t>("limit_status", {1, entry})) {
      CHECK(code == static_cast<int>(LimitStatus::closed));  // 60 MeV
    }
  }
  const Dataset plain = whole(two_toys(""));
  // Points above the ceiling have no number in either.
  CHECK(std::ranges::equal(together.values<double>("minus_two_log_l"),
                           plain.values<double>("minus_two_log_l"), [](double one, double other) {
                             return one == other || (std::isnan(one) && std::isnan(other));
                           }));
}

TEST_CASE("Records hold the fit at their own coupling") {
  const Dataset data = whole(toy());
  const inference::Profile profile = toy()->profile(toy()->signals(10.0));
  for (std::size_t i = 2; i < 5; ++i) {
    const double coupling = toy()->config().coupling_mu_B()[i];
    const double value = data.at<double>("minus_two_log_l", {1, i});
    CHECK(data.at<std::int8_t>("fit_status", {1, i}) == 0);
    CHECK(value == profile.at(coupling * coupling).minus_two_log_l);
    CHECK(data.at<double>("contribution", {1, i, 0}) + data.at<double>("prior", {1, i}) ==
          Approx(value).epsilon(1.0e-12));
    // Priors from the values: pulls are values over widths 0.1 and 0.05.
    const auto nuisances = data.slice<double>("nuisance_value", {1, i});
    CHECK(data.at<double>("prior", {1, i}) ==
          Approx(std::pow(nuisances[0] / 0.1, 2) + std::pow(nuisances[1] / 0.05, 2))
              .epsilon(1.0e-10));
  }
  CHECK(data.at<double>("standard_model", {}) == profile.at(0.0).minus_two_log_l);
}

TEST_CASE("Limits come in the order of confidence levels, then degrees of freedom") {
  const Dataset data = whole(toy());
  const inference::Profile profile = toy()->profile(toy()->signals(10.0));
  const std::vector<double> thresholds{2.71, 4.61, 3.84, 5.99};  // PDG: .90 1, .90 2, .95 1, .95 2
  const auto limits = data.slice<double>("limit", {1, 0});
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(data.slice<std::int8_t>("limit_status", {1, 0})[k] == 0);
    CHECK(profile.at(limits[k] * limits[k]).minus_two_log_l -
              data.at<double>("best_minus_two_log_l", {1, 0}) ==
          Approx(thresholds[k]).margin(1.0e-6));
  }
}

TEST_CASE("A mass above the end point is closed: the Standard Model at every coupling") {
  const Dataset data = whole(toy());
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(data.slice<std::int8_t>("limit_status", {3, 0})[k] ==
          static_cast<int>(LimitStatus::closed));
    CHECK(std::isnan(data.slice<double>("limit", {3, 0})[k]));
  }
  CHECK(data.at<double>("best_coupling", {3, 0}) == 0.0);
  for (const double value : data.slice<double>("minus_two_log_l", {3})) {
    CHECK(value == Approx(data.at<double>("standard_model", {})).epsilon(1.0e-9));
  }
}

TEST_CASE("A limit above the largest coupling of the grid is none in range") {
  const Dataset data =
      whole(test::toy_setup(test::toy_yaml("{values_MeV: [10]}", "{values_mu_B: [1e-12, 2e-12]}")));
  for (const std::int8_t code : data.values<std::int8_t>("limit_status")) {
    CHECK(code == static_cast<int>(LimitStatus::none_in_range));
  }
}

TEST_CASE("Points above the ceiling are marked wherever a mass is cut, and nothing else changes") {
  const auto with_ceiling = [](const std::string& ceiling) {
    std::string yaml = test::toy_yaml("{values_MeV: [10, 60]}");
    yaml.replace(yaml.find("dof: [1, 2]"), 11, "dof: [1, 2], ceiling: " + ceiling);
    return test::toy_setup(yaml);
  };
  const auto low = with_ceiling("30");
  const Dataset some = whole(low);
  const Dataset all = whole(with_ceiling("1e30"));
  const double best = all.at<double>("best_minus_two_log_l", {0, 0});
  std::size_t marked = 0;
  for (std::size_t i = 0; i < all.axis("coupling").size(); ++i) {
    const double value = all.at<double>("minus_two_log_l", {0, i});
    REQUIRE(all.at<std::int8_t>("fit_status", {0, i}) == 0);
    if (some.at<std::int8_t>("fit_status", {0, i}) == static_cast<int>(fit::FitStatus::beyond)) {
      ++marked;
      CHECK(value - best > 30.0);
      CHECK(std::isnan(some.at<double>("minus_two_log_l", {0, i})));
      CHECK(some.at<std::int32_t>("fit_evaluations", {0, i}) == 0);
    } else {
      CHECK(some.at<double>("minus_two_log_l", {0, i}) == value);
    }
  }
  CHECK(marked > 0);
  CHECK(marked < all.axis("coupling").size());
  CHECK(std::ranges::equal(all.slice<double>("limit", {0}), some.slice<double>("limit", {0})));
  // 60 MeV is out of reach: no coupling is above anything.
  for (const std::int8_t code : some.slice<std::int8_t>("fit_status", {1})) CHECK(code == 0);
  CHECK(same_bits(after(low, {{0, 10, 7, 9}, {1, 60, 0, 9}, {0, 10, 3, 7}, {0, 10, 0, 3}}), some));
  CHECK(campaign::make_grid(low)->missing(some).empty());
  CHECK_THROWS_AS(with_ceiling("3"), ConfigError);
}
