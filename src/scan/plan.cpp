#include "nudipole/scan/plan.hpp"

#include <algorithm>

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

std::vector<Unit> plan(const ResultTable& table, const Shard& shard, std::size_t workers) {
  const std::size_t masses = table.dataset().axis("mass").size();
  const std::size_t couplings = table.dataset().axis("coupling").size();
  std::vector<Unit> whole;
  for (std::size_t mass = shard.index; mass < masses; mass += shard.count) {
    const std::vector<Unit> runs = missing_runs(table, mass, couplings);
    whole.insert(whole.end(), runs.begin(), runs.end());
  }
  if (whole.empty() || whole.size() >= workers) return whole;

  const std::size_t blocks = (workers + whole.size() - 1) / whole.size();
  std::vector<Unit> units;
  for (const Unit& unit : whole) {
    const std::size_t length = unit.last_coupling - unit.first_coupling;
    const std::size_t step = std::max<std::size_t>(1, (length + blocks - 1) / blocks);
    Unit block = unit;
    do {
      block.last_coupling =
          std::min<std::uint64_t>(block.first_coupling + step, unit.last_coupling);
      units.push_back(block);
      block.first_coupling = block.last_coupling;
      block.with_limits = false;
    } while (block.first_coupling < unit.last_coupling);
  }
  return units;
}

}  // namespace nudipole::scan
