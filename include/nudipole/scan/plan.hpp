#pragma once

#include "nudipole/scan/result_table.hpp"
#include "nudipole/scan/shard.hpp"
#include "nudipole/scan/unit.hpp"

#include <vector>

namespace nudipole::scan {

/// Units of everything in the shard that the table does not hold yet, by mass; a mass is one unit,
/// or one for each gap in its couplings. schedule.hpp shares them out.
std::vector<Unit> plan(const ResultTable& table, const Shard& shard);

}  // namespace nudipole::scan
