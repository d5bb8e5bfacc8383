// Order and size of the units, and what the queue makes of them.
#include "nudipole/scan/forecast.hpp"
#include "nudipole/scan/schedule.hpp"
#include "support/catch2.hpp"

#include <algorithm>

using namespace nudipole::scan;

namespace {

constexpr std::size_t couplings = 80;

std::vector<Unit> masses(std::size_t count) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < count; ++i) {
    units.push_back({.mass = i, .last_coupling = couplings, .with_limits = true});
  }
  return units;
}

/// Sixty masses, the dearest in the middle and 20 times as dear as the ends; a fit takes up to 2
/// ms.
CostModel hill() {
  return {{0, 30, 59}, {{2e-5, 1e-3, 1e-4}, {4e-4, 2e-2, 2e-3}, {2e-5, 1e-3, 1e-4}}};
}

/// Work without templates over the time of all workers together.
double efficiency(const std::vector<Unit>& units, const CostModel& cost, std::size_t workers) {
  double useful_s = 0.0;
  for (const Unit& unit : units) useful_s += cost.seconds(unit);
  const Forecast forecast = simulate(cost, schedule(units, cost, workers), workers + 1, 1e-5);
  return useful_s / (forecast.wall_s * static_cast<double>(workers));
}

}  // namespace

TEST_CASE("the dearest units come first", "[schedule]") {
  for (const std::size_t workers : {2U, 7U, 500U}) {
    const std::vector<Unit> units = schedule(masses(60), hill(), workers);
    const CostModel cost = hill();
    CHECK(std::ranges::is_sorted(units, std::ranges::greater{},
                                 [&cost](const Unit& unit) { return cost.seconds(unit); }));
    CHECK(units.front().mass >= 20);
    CHECK(units.front().mass <= 40);
  }
}

TEST_CASE("workers do not wait for each other at the end", "[schedule]") {
  const auto efficiency_of = [](std::size_t count, std::size_t workers) {
    const CostModel cost{{0, count}, {{2e-4, 5e-3, 1e-3}, {1e-4, 1e-3, 2e-4}}};
    return efficiency(masses(count), cost, workers);
  };
  for (const std::size_t workers : {2U, 3U, 7U}) {
    INFO(workers << " workers");
    CHECK(efficiency_of(60, workers) >= 0.97);
    CHECK(efficiency_of(8, workers) >= 0.95);
  }
  CHECK(efficiency_of(1, 2) >= 0.95);
  CHECK(efficiency_of(2, 3) >= 0.95);
  // A dozen fits for each of seven workers, and limits that cannot be cut: by hand not above 0.9.
  CHECK(efficiency_of(1, 7) >= 0.8);
  CHECK(efficiency(masses(60), hill(), 2) >= 0.98);
  CHECK(efficiency(masses(60), hill(), 16) >= 0.95);
}

TEST_CASE("blocks are not so small that templates dominate", "[schedule]") {
  const CostModel cost{{0}, {{1.0, 0.0, 0.1}}};  // templates as dear as ten couplings
  for (const Unit& unit : schedule(masses(4), cost, 2)) {
    CHECK(unit.last_coupling - unit.first_coupling >= 16);  // 80 at least but for a remainder
  }
  // With a worker for every coupling no one is left without.
  CHECK(schedule(masses(2), cost, 160).size() >= 150);
}

TEST_CASE("a thousand workers share a few masses", "[schedule]") {
  const std::vector<Unit> units = schedule(masses(60), hill(), 4096);
  CHECK(units.size() >= 1000);
  const double alone_s = simulate(hill(), masses(60), 1, 0.0).wall_s;
  const double many_s = simulate(hill(), units, 4097, 1e-6).wall_s;
  CHECK(many_s < alone_s / 100.0);
}
