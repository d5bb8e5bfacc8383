#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/config/table.hpp"
#include "nudipole/detector/timing.hpp"

#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// Probabilities [1/bin] of `column` in the bins time_lo .. time_hi [us] of a table.
detector::TimeProfile read_time_profile(const config::Table& table, const std::string& column);

/// Edges of bins: a list of at least two strictly ascending numbers.
config::Key edges_key(const std::string& name);

}  // namespace nudipole::experiment::detail
