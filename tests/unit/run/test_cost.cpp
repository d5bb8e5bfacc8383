// The queue as it is played, against cases that can be worked out by hand.
#include "nudipole/core/error.hpp"
#include "nudipole/run/forecast.hpp"
#include "support/catch2.hpp"
#include "support/stairs.hpp"

#include <chrono>
#include <thread>

using namespace nudipole;
using namespace nudipole::run;
using campaign::Task;

namespace {

/// Every place takes one second for its setup and nothing else.
CostModel one_second() { return {{0}, {{1.0, 0.0, 0.0}}}; }

std::vector<Task> places(std::size_t count) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < count; ++i) tasks.push_back({i, 0.0, 0, 1});
  return tasks;
}

}  // namespace

TEST_CASE("costs are interpolated between measured places", "[cost]") {
  const CostModel cost{{2, 6}, {{1.0, 2.0, 0.1}, {3.0, 6.0, 0.5}}};
  CHECK(cost.at(0).setup_s == 1.0);
  CHECK(cost.at(2).first_item_s == 2.0);
  CHECK(cost.at(3).setup_s == Approx(1.5).epsilon(1e-14));
  CHECK(cost.at(5).per_item_s == Approx(0.4).epsilon(1e-14));
  CHECK(cost.at(6).first_item_s == 6.0);
  CHECK(cost.at(9).first_item_s == 6.0);
  // setup 2, first item 4, five more at 0.3
  CHECK(cost.seconds({4, 0.0, 0, 6}) == Approx(2.0 + 4.0 + 1.5).epsilon(1e-14));
  CHECK(cost.seconds({4, 0.0, 5, 10}) == Approx(2.0 + 1.5).epsilon(1e-14));
  CHECK(cost.seconds({4, 0.0, 0, 0}) == Approx(2.0).epsilon(1e-14));
  CHECK_THROWS_AS(CostModel({}, {}), Error);
  CHECK_THROWS_AS(CostModel({1, 1}, {{1, 1, 1}, {1, 1, 1}}), Error);
}

TEST_CASE("items that are not alike count by their work", "[cost]") {
  // Items of 1, 2, 3, ... units: work before item i is i (i + 1)/2.
  const CostModel cost{
      {0}, {{.setup_s = 1.0, .first_item_s = 7.0, .per_item_s = 0.5}}, [](std::uint64_t item) {
        const auto i = static_cast<double>(item);
        return 0.5 * i * (i + 1.0);
      }};
  CHECK(cost.items_s({0, 0.0, 0, 4}) == Approx(7.0 + 0.5 * (2 + 3 + 4)));
  CHECK(cost.items_s({0, 0.0, 2, 4}) == Approx(0.5 * (3 + 4)));
  CHECK(cost.begin_of_last({0, 0.0, 0, 10}, 0.5 * (9 + 10)) == 8);
  CHECK(cost.begin_of_last({0, 0.0, 0, 10}, 0.5 * (8 + 9 + 10) - 0.1) == 8);
  CHECK(cost.begin_of_last({0, 0.0, 0, 10}, 0.1) == 9);  // one at least
  CHECK(cost.begin_of_last({0, 0.0, 0, 10}, 1e3) == 1);  // the first one is apart
  CHECK(cost.begin_of_last({0, 0.0, 4, 10}, 1e3) == 4);
}

TEST_CASE("of places that take long some items are measured, of others all", "[cost]") {
  using namespace std::chrono_literals;
  constexpr std::size_t items = 1000;
  std::uint64_t done = 0;
  test::Stairs stairs{.steps = 3, .items = items};
  stairs.before_task = [&done](const Task& task) { done += task.last - task.first; };
  const auto measured = [&](double budget_s) {
    const test::StairsCampaign campaign{stairs};
    done = 0;
    return measure_cost(campaign, campaign.missing(campaign.begin({})), budget_s, 1);
  };
  (void)measured(100.0);  // the place is done twice, once without counting
  CHECK(done >= 2 * items);

  stairs.before_task = [&done](const Task& task) {
    done += task.last - task.first;
    std::this_thread::sleep_for((task.last - task.first) * 2ms);
  };
  const CostModel cost = measured(0.04);  // 10 ms a place
  CHECK(done < 20);
  CHECK(cost.at(0).per_item_s >= 2.0e-3);
  CHECK(cost.at(0).first_item_s >= 2.0e-3);
}

TEST_CASE("the queue without cost of dispatch", "[cost]") {
  const CostModel cost = one_second();
  CHECK(simulate(cost, places(10), 1, 0.0).wall_s == Approx(10.0));  // alone
  CHECK(simulate(cost, places(10), 2, 0.0).wall_s == Approx(10.0));  // rank 0 does not compute
  CHECK(simulate(cost, places(10), 3, 0.0).wall_s == Approx(5.0));
  CHECK(simulate(cost, places(10), 4, 0.0).wall_s == Approx(4.0));  // 4 + 3 + 3
  CHECK(simulate(cost, places(10), 11, 0.0).wall_s == Approx(1.0));
  CHECK(simulate(cost, places(10), 4096, 0.0).wall_s == Approx(1.0));
  CHECK(simulate(cost, places(0), 4, 0.0).wall_s == 0.0);
  CHECK(simulate(cost, places(10), 4, 0.0).core_s == Approx(10.0));
  CHECK(simulate(cost, places(10), 4, 0.0).tasks == 10);
}

TEST_CASE("rank 0 limits the rate of dispatch", "[cost]") {
  // 1000 tasks of 1 s at 0.1 s of rank 0 each: with 100 workers the workers alone would take 10 s,
  // but rank 0 cannot take results faster than ten a second.
  CHECK(simulate(one_second(), places(1000), 101, 0.1).wall_s >= 100.0);
  CHECK(simulate(one_second(), places(1000), 101, 0.1).wall_s <= 125.0);
  // Few workers do not notice: the next task is there before the last one is done.
  CHECK(simulate(one_second(), places(100), 3, 0.001).wall_s == Approx(50.0).epsilon(0.01));
}

TEST_CASE("one dear place at the end makes the others wait", "[cost]") {
  const CostModel cost{{0, 8, 9}, {{1.0, 0, 0}, {1.0, 0, 0}, {9.0, 0, 0}}};
  // Nine seconds of cheap tasks on two workers, then 9 s: the dear one begins after the 9th is
  // given.
  const double wall_s = simulate(cost, places(10), 3, 0.0).wall_s;
  CHECK(wall_s >= 13.0);
  CHECK(wall_s <= 14.0);
}
