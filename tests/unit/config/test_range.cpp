#include "nudipole/config/range.hpp"

#include "support/catch2.hpp"

#include <limits>

using nudipole::config::IntegerRange;
using nudipole::config::Range;

namespace {
constexpr double tiny = std::numeric_limits<double>::denorm_min();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("a range holds its closed ends and not its open ones") {
  CHECK(Range::any().contains(-1.0e308));
  CHECK(Range::positive().contains(tiny));
  CHECK_FALSE(Range::positive().contains(0.0));
  CHECK(Range::non_negative().contains(0.0));
  CHECK_FALSE(Range::non_negative().contains(-tiny));
  CHECK(Range::above(2.0).contains(2.5));
  CHECK_FALSE(Range::above(2.0).contains(2.0));
  CHECK(Range::at_least(2.0).contains(2.0));
  CHECK(Range::at_most(2.0).contains(2.0));
  CHECK_FALSE(Range::at_most(2.0).contains(2.1));
  CHECK(Range::between(0.0, 1.0).contains(0.0));
  CHECK(Range::between(0.0, 1.0).contains(1.0));
  CHECK_FALSE(Range::between(0.0, 1.0).contains(1.1));
  CHECK_FALSE(Range::strictly_between(0.0, 1.0).contains(0.0));
  CHECK_FALSE(Range::strictly_between(0.0, 1.0).contains(1.0));
  CHECK(Range::strictly_between(0.0, 1.0).contains(0.5));
}

TEST_CASE("no range holds NaN or infinity") {
  for (const Range range : {Range::any(), Range::positive(), Range::between(-1.0, 1.0)}) {
    CHECK_FALSE(range.contains(not_a_number));
    CHECK_FALSE(range.contains(infinity));
    CHECK_FALSE(range.contains(-infinity));
  }
}

TEST_CASE("ranges in words") {
  CHECK(Range::any().describe() == "a number");
  CHECK(Range::positive().describe() == "a number > 0");
  CHECK(Range::non_negative().describe() == "a number >= 0");
  CHECK(Range::at_most(2.5).describe() == "a number <= 2.5");
  CHECK(Range::between(0.0, 1.0).describe() == "a number >= 0 and <= 1");
  CHECK(Range::strictly_between(0.0, 1.0).describe() == "a number > 0 and < 1");
  CHECK(IntegerRange::any().describe() == "a whole number");
  CHECK(IntegerRange::positive().describe() == "a whole number >= 1");
  CHECK(IntegerRange::between(1, 2).describe() == "a whole number >= 1 and <= 2");
}

TEST_CASE("ranges of whole numbers are closed") {
  CHECK(IntegerRange::any().contains(std::numeric_limits<std::int64_t>::min()));
  CHECK(IntegerRange::positive().contains(1));
  CHECK_FALSE(IntegerRange::positive().contains(0));
  CHECK(IntegerRange::non_negative().contains(0));
  CHECK_FALSE(IntegerRange::at_least(2).contains(1));
  CHECK(IntegerRange::between(1, 2).contains(2));
  CHECK_FALSE(IntegerRange::between(1, 2).contains(3));
}
