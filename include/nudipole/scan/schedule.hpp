#pragma once

#include "nudipole/scan/cost.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::scan {

/// The order and the size in which units go to the workers: dearest first, so that the last ones,
/// for which some workers wait, are small. A mass that is dear against a worker's share of what is
/// left is cut into blocks of couplings; blocks are not made so small that their templates, which
/// a worker needs for its first block of the mass, count much, unless workers would be left without
/// any, nor so small that rank 0 would have more to do than the workers. Neither order nor cut
/// changes a result. One worker gets the units as they are. \param workers >= 1
std::vector<Unit> schedule(const std::vector<Unit>& units, const CostModel& cost,
                           std::size_t workers);

/// Units a worker holds at a time: the one it works on and the next, so that it need not wait.
inline constexpr std::size_t most_units_at_a_time = 2;

/// The same with `left` units not handed out yet: towards the end only the one it works on, because
/// nothing may queue behind a dear unit while other workers have no more.
std::size_t units_at_a_time(std::size_t left, std::size_t workers);

}  // namespace nudipole::scan
