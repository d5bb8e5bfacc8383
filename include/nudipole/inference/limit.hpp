#pragma once

#include <cstdint>
#include <string_view>

namespace nudipole::inference {

/// What an end of an interval is worth; the codes are stored in result files.
enum class LimitStatus : std::int8_t {
  not_done = -1,
  ok = 0,
  none_in_range = 1,  ///< Delta chi2 stays below the threshold up to the largest value
  closed = 2,         ///< nothing can be produced at this mass: no limit exists
  failed = 3,         ///< a fit on the way did not converge, or the search did not end
};
std::string_view to_string(LimitStatus status) noexcept;

/// One end of an interval of a single parameter of interest.
struct Limit {
  double poi;  ///< in the unit of the signal's parameter; NaN unless the status is ok
  LimitStatus status;
};

}  // namespace nudipole::inference
