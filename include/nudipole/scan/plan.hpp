#pragma once

#include "nudipole/scan/result_table.hpp"
#include "nudipole/scan/shard.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::scan {

/// Units of everything in the shard that the table does not hold yet. A mass is one unit; when
/// there are fewer masses left than workers, masses are split into blocks of couplings. How work is
/// cut never changes a result. \param workers  processes that evaluate units, >= 1
std::vector<Unit> plan(const ResultTable& table, const Shard& shard, std::size_t workers);

}  // namespace nudipole::scan
