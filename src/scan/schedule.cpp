#include "nudipole/scan/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace nudipole::scan {
namespace {

/// Every block is at most this part of a worker's share of the work that is left ("factoring").
constexpr double shares_per_worker = 2.0;
/// Time for couplings against that for templates in the smallest blocks. Not each block costs them:
/// a worker keeps those of its last masses.
constexpr double least_work_per_template = 4.0;
/// Nor are blocks so small that rank 0 (10 to 100 us a unit) would notice.
constexpr double least_block_s = 5e-4;

std::vector<Unit> dearest_first(const std::vector<Unit>& units, const CostModel& cost) {
  std::vector<std::pair<double, Unit>> priced;
  priced.reserve(units.size());
  for (const Unit& unit : units) priced.emplace_back(cost.seconds(unit), unit);
  std::ranges::stable_sort(priced, std::greater<>{}, &std::pair<double, Unit>::first);
  std::vector<Unit> sorted;
  sorted.reserve(units.size());
  for (const auto& [seconds, unit] : priced) sorted.push_back(unit);
  return sorted;
}

std::size_t length(const Unit& unit) { return unit.last_coupling - unit.first_coupling; }

/// The last couplings of a unit that take at most `seconds` besides the templates, at least one;
/// the whole unit when that is short enough. Fits far above the limits take several times as long
/// as others: as they go first, what is left for the end is cheaper than estimated, not dearer.
Unit last_block(const Unit& unit, const MassCost& cost, double seconds) {
  const double grid_s = cost.per_coupling_s * static_cast<double>(length(unit));
  if (grid_s + (unit.with_limits ? cost.limits_s : 0.0) <= seconds) return unit;
  if (length(unit) == 0) return unit;
  const double couplings =
      std::clamp(std::floor(seconds / cost.per_coupling_s), 1.0, static_cast<double>(length(unit)));
  Unit block = unit;
  block.first_coupling = unit.last_coupling - static_cast<std::size_t>(couplings);
  block.with_limits = false;
  return block;
}

}  // namespace

std::vector<Unit> schedule(const std::vector<Unit>& units, const CostModel& cost,
                           std::size_t workers) {
  if (workers <= 1) return units;
  const auto work_s = [&cost](const Unit& unit) {
    return cost.seconds(unit) - cost.at(unit.mass).templates_s;
  };
  double left_s = 0.0;
  for (const Unit& unit : units) left_s += work_s(unit);
  const double fair_share_s = left_s / static_cast<double>(workers);

  std::vector<Unit> blocks;
  for (Unit rest : dearest_first(units, cost)) {
    const MassCost mass = cost.at(rest.mass);
    const double least_s =
        std::max(least_block_s, std::min(least_work_per_template * mass.templates_s, fair_share_s));
    for (;;) {
      const double share_s = left_s / (shares_per_worker * static_cast<double>(workers));
      const Unit block = last_block(rest, mass, std::max(share_s, least_s));
      blocks.push_back(block);
      left_s -= work_s(block);
      if (block == rest) break;
      rest.last_coupling = block.first_coupling;
    }
  }
  return dearest_first(blocks, cost);
}

std::size_t units_at_a_time(std::size_t left, std::size_t workers) {
  constexpr std::size_t near_the_end = 8;  // units left for each worker
  return left > near_the_end * workers ? most_units_at_a_time : 1;
}

}  // namespace nudipole::scan
