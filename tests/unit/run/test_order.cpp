// Order and size of the tasks, and what the queue makes of them.
#include "nudipole/run/order.hpp"

#include "nudipole/run/forecast.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace nudipole::run;
using nudipole::campaign::Task;

namespace {

constexpr std::uint64_t items = 81;

std::vector<Task> places(std::size_t count) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < count; ++i)
    tasks.push_back({i, 1.0 + static_cast<double>(i), 0, items});
  return tasks;
}

/// Sixty places, the dearest in the middle and 20 times as dear as the ends; an item takes up to 2
/// ms.
CostModel hill() {
  return {{0, 30, 59}, {{2e-5, 1e-3, 1e-4}, {4e-4, 2e-2, 2e-3}, {2e-5, 1e-3, 1e-4}}};
}

/// Work of uncut places over the time of all workers together.
double efficiency(const std::vector<Task>& tasks, const CostModel& cost, std::size_t workers) {
  double useful_s = 0.0;
  for (const Task& task : tasks) useful_s += cost.seconds(task);
  const Forecast forecast = simulate(cost, in_order(tasks, cost, workers), workers + 1, 1e-5);
  return useful_s / (forecast.wall_s * static_cast<double>(workers));
}

using Counts = std::map<std::pair<std::uint64_t, std::uint64_t>, int>;

/// How often each item is done.
Counts counted(const std::vector<Task>& tasks) {
  Counts counts;
  for (const Task& task : tasks) {
    for (std::uint64_t i = task.first; i < task.last; ++i) ++counts[{task.place, i}];
  }
  return counts;
}

}  // namespace

TEST_CASE("every item is done once, for every number of workers", "[order]") {
  std::mt19937 generator{5};
  std::uniform_int_distribution<std::uint64_t> item{0, items};
  for (int round = 0; round < 20; ++round) {
    // Gaps that an earlier run left; the first round has none.
    std::vector<Task> tasks = places(7);
    for (Task& task : tasks) {
      if (round > 0)
        std::tie(task.first, task.last) = std::minmax({item(generator), item(generator)});
    }
    std::erase_if(tasks, [](const Task& task) { return task.first == task.last; });
    for (std::size_t workers = 1; workers <= 17; workers += 4) {
      INFO(workers << " workers, round " << round);
      const std::vector<Task> ordered = in_order(tasks, hill(), workers);
      CHECK(counted(ordered) == counted(tasks));
      for (const Task& task : ordered) {
        CHECK(task.coordinate == 1.0 + static_cast<double>(task.place));
      }
    }
  }
  CHECK(in_order(places(7), hill(), 1) == places(7));  // one worker takes them as they are
}

TEST_CASE("the dearest tasks come first", "[order]") {
  const CostModel cost = hill();
  for (const std::size_t workers : {2U, 7U, 500U}) {
    const std::vector<Task> tasks = in_order(places(60), cost, workers);
    CHECK(std::ranges::is_sorted(tasks, std::ranges::greater{},
                                 [&cost](const Task& task) { return cost.seconds(task); }));
    CHECK(tasks.front().place >= 20);
    CHECK(tasks.front().place <= 40);
  }
}

TEST_CASE("workers do not wait for each other at the end", "[order]") {
  const auto efficiency_of = [](std::size_t count, std::size_t workers) {
    const CostModel cost{{0, count}, {{2e-4, 5e-3, 1e-3}, {1e-4, 1e-3, 2e-4}}};
    return efficiency(places(count), cost, workers);
  };
  for (const std::size_t workers : {2U, 3U, 7U}) {
    INFO(workers << " workers");
    CHECK(efficiency_of(60, workers) >= 0.97);
    CHECK(efficiency_of(8, workers) >= 0.95);
  }
  CHECK(efficiency_of(1, 2) >= 0.95);
  CHECK(efficiency_of(2, 3) >= 0.95);
  // A dozen items for each of seven workers, and a first one that cannot be cut: by hand not above
  // 0.9.
  CHECK(efficiency_of(1, 7) >= 0.8);
  CHECK(efficiency(places(60), hill(), 2) >= 0.98);
  CHECK(efficiency(places(60), hill(), 16) >= 0.95);
}

TEST_CASE("blocks are not so small that their setup dominates", "[order]") {
  const CostModel cost{{0}, {{1.0, 0.0, 0.1}}};  // a setup as dear as ten items
  for (const Task& task : in_order(places(4), cost, 2)) {
    CHECK(task.last - task.first >= 16);  // 80 at least but for a remainder
  }
  // With a worker for every item no one is left without.
  CHECK(in_order(places(2), cost, 160).size() >= 150);
}

TEST_CASE("a thousand workers share a few places", "[order]") {
  const std::vector<Task> tasks = in_order(places(60), hill(), 4096);
  CHECK(tasks.size() >= 1000);
  const double alone_s = simulate(hill(), places(60), 1, 0.0).wall_s;
  const double many_s = simulate(hill(), tasks, 4097, 1e-6).wall_s;
  CHECK(many_s < alone_s / 100.0);
}
