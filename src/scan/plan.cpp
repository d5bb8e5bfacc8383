#include "nudipole/scan/plan.hpp"

namespace nudipole::scan {
namespace {

/// Missing couplings of one mass as runs [first, last).
std::vector<Unit> missing_runs(const ResultTable& table, std::size_t mass, std::size_t couplings) {
  std::vector<Unit> runs;
  std::size_t i = 0;
  while (i < couplings) {
    while (i < couplings && table.has_point(mass, i)) ++i;
    const std::size_t first = i;
    while (i < couplings && !table.has_point(mass, i)) ++i;
    if (i > first) runs.push_back({.mass = mass, .first_coupling = first, .last_coupling = i});
  }
  if (!table.has_limits(mass)) {
    if (runs.empty()) runs.push_back({.mass = mass});
    runs.front().with_limits = true;
  }
  return runs;
}

}  // namespace

std::vector<Unit> plan(const ResultTable& table, const Shard& shard) {
  const std::size_t masses = table.dataset().axis("mass").size();
  const std::size_t couplings = table.dataset().axis("coupling").size();
  std::vector<Unit> units;
  for (std::size_t mass = shard.index; mass < masses; mass += shard.count) {
    const std::vector<Unit> runs = missing_runs(table, mass, couplings);
    units.insert(units.end(), runs.begin(), runs.end());
  }
  return units;
}

}  // namespace nudipole::scan
