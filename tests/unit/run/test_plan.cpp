#include "nudipole/scan/plan.hpp"
#include "nudipole/scan/schedule.hpp"

#include "support/catch2.hpp"
#include "unit/scan/toy_analysis.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

using namespace nudipole;
using scan::ResultTable;
using scan::Shard;
using scan::Unit;

namespace {

/// How often the units of a plan do each point and the limits of each mass.
struct Coverage {
  std::map<std::pair<std::size_t, std::size_t>, int> points{};
  std::map<std::size_t, int> limits{};

  void add(const std::vector<Unit>& units) {
    for (const Unit& unit : units) {
      for (auto i = unit.first_coupling; i < unit.last_coupling; ++i) ++points[{unit.mass, i}];
      if (unit.with_limits) ++limits[unit.mass];
    }
  }
};

/// What a table does not hold yet, each once.
Coverage missing_in(const ResultTable& table, const Shard& shard = {}) {
  Coverage missing;
  const std::size_t masses = table.dataset().axis("mass").size();
  const std::size_t couplings = table.dataset().axis("coupling").size();
  for (std::size_t m = shard.index; m < masses; m += shard.count) {
    if (!table.has_limits(m)) missing.limits[m] = 1;
    for (std::size_t c = 0; c < couplings; ++c) {
      if (!table.has_point(m, c)) missing.points[{m, c}] = 1;
    }
  }
  return missing;
}

const scan::Analysis& five_masses() {
  static const scan::Analysis analysis = test::toy_analysis(test::toy_yaml(
      "{from_MeV: 1, to_MeV: 20, points: 5}", "{from_mu_B: 1e-10, to_mu_B: 1e-8, points: 8}"));
  return analysis;
}

/// Costs that differ by mass and by part, in which the templates are not free.
scan::CostModel uneven() {
  return {{0, 2, 4}, {{0.1, 1.0, 0.3}, {0.2, 6.0, 3.0}, {0.1, 0.5, 0.1}}};
}

std::vector<Unit> shared_out(const ResultTable& table, const Shard& shard, std::size_t workers) {
  return scan::schedule(scan::plan(table, shard), uneven(), workers);
}

/// A table in which random pieces are done.
ResultTable with_holes(unsigned seed) {
  ResultTable table{five_masses()};
  std::mt19937 generator{seed};
  std::uniform_int_distribution<std::uint64_t> coupling{0, 8};
  for (std::uint64_t mass = 0; mass < 5; ++mass) {
    for (int piece = 0; piece < 2; ++piece) {
      const auto [first, last] = std::minmax({coupling(generator), coupling(generator)});
      table.store(test::made_up_result(five_masses(), {mass, first, last, generator() % 3 == 0}));
    }
  }
  return table;
}

}  // namespace

TEST_CASE("A plan does everything once, for every number of workers") {
  const ResultTable table{five_masses()};
  const Coverage all = missing_in(table);
  REQUIRE(all.points.size() == 40);
  for (std::size_t workers = 1; workers <= 17; ++workers) {
    INFO(workers << " workers");
    const std::vector<Unit> units = shared_out(table, {}, workers);
    Coverage coverage;
    coverage.add(units);
    CHECK(coverage.points == all.points);
    CHECK(coverage.limits == all.limits);
    // There is work for everyone as far as blocks of one coupling allow.
    CHECK(units.size() >= std::min<std::size_t>(workers, 40));
  }
}

TEST_CASE("A mass is one unit of the plan") {
  const std::vector<Unit> units = scan::plan(ResultTable{five_masses()}, {});
  REQUIRE(units.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(units[i] == Unit{i, 0, 8, true});
  CHECK(scan::schedule(units, uneven(), 1) == units);  // one worker takes them as they are
}

TEST_CASE("Shards share everything out once") {
  const ResultTable table{five_masses()};
  const Coverage all = missing_in(table);
  for (std::size_t count = 1; count <= 8; ++count) {
    for (const std::size_t workers : {1U, 4U, 17U}) {
      INFO(count << " shards, " << workers << " workers");
      Coverage coverage;
      for (std::size_t index = 0; index < count; ++index) {
        const std::vector<Unit> units = shared_out(table, {index, count}, workers);
        for (const Unit& unit : units) CHECK(unit.mass % count == index);
        if (index >= 5) CHECK(units.empty());
        coverage.add(units);
      }
      CHECK(coverage.points == all.points);
      CHECK(coverage.limits == all.limits);
    }
  }
}

TEST_CASE("A resumed table is completed, nothing is done twice") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const ResultTable table = with_holes(seed);
    for (std::size_t workers = 1; workers <= 17; workers += 4) {
      for (std::size_t count = 1; count <= 3; ++count) {
        INFO("seed " << seed << ", " << workers << " workers, " << count << " shards");
        Coverage coverage;
        for (std::size_t index = 0; index < count; ++index) {
          coverage.add(shared_out(table, {index, count}, workers));
        }
        const Coverage missing = missing_in(table);
        CHECK(coverage.points == missing.points);
        CHECK(coverage.limits == missing.limits);
      }
    }
  }
}

TEST_CASE("Missing limits alone are one unit without couplings") {
  ResultTable table{five_masses()};
  for (std::uint64_t mass = 0; mass < 5; ++mass) {
    table.store(test::made_up_result(five_masses(), {mass, 0, 8, mass != 3}));
  }
  for (const std::size_t workers : {1U, 17U}) {
    const std::vector<Unit> units = shared_out(table, {}, workers);
    REQUIRE(units.size() == 1);
    CHECK(units[0] == Unit{3, 0, 0, true});
  }
}

TEST_CASE("A complete table leaves nothing to do") {
  ResultTable table{five_masses()};
  for (std::uint64_t mass = 0; mass < 5; ++mass) {
    table.store(test::made_up_result(five_masses(), {mass, 0, 8, true}));
  }
  CHECK(scan::plan(table, {}).empty());
  CHECK(scan::plan(table, {1, 3}).empty());
}
