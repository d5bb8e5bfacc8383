#pragma once

#include "nudipole/scan/cost.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::scan {

/// The order and the size in which units go to the workers: dearest first, so that the last ones,
/// for which some workers wait, are small. A mass that is dear against a worker's share of what is
/// left is cut into blocks of couplings; blocks are not made so small that their templates, which
/// every block needs, cost more than a tenth, unless workers would be left without any, nor so
/// small that rank 0 would have more to do than the workers. Neither order nor cut changes a
/// result. One worker gets the units as they are. \param workers >= 1
std::vector<Unit> schedule(const std::vector<Unit>& units, const CostModel& cost,
                           std::size_t workers);

}  // namespace nudipole::scan
