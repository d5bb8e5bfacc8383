#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace nudipole::inference {

/// What an end of an interval is worth; the codes are stored in result files.
enum class LimitStatus : std::int8_t {
  not_done = -1,
  ok = 0,
  none_in_range = 1,     ///< Delta chi2 stays below the threshold up to the largest value
  closed = 2,            ///< nothing can be produced at this mass: no limit exists
  failed = 3,            ///< a fit on the way did not converge, or the search did not end
  closed_from_above = 4  ///< as ok, but values above Limit::excluded_to are allowed again
};
std::string_view to_string(LimitStatus status) noexcept;

/// True for a limit that has a value.
[[nodiscard]] constexpr bool has_value(LimitStatus status) noexcept {
  return status == LimitStatus::ok || status == LimitStatus::closed_from_above;
}

/// One end of an interval of a single parameter of interest.
struct Limit {
  double poi;  ///< in the unit of the signal's parameter; NaN unless the status has a value
  LimitStatus status;
  /// Where excluded values end: above it -2 ln L is below the threshold again, as the signal has
  /// become small. NaN unless the status is closed_from_above.
  double excluded_to = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace nudipole::inference
