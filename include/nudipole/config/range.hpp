#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace nudipole::config {

/// Interval a number of a configuration must lie in. Only finite numbers lie in any range.
class Range {
 public:
  /// Every finite number.
  static constexpr Range any() { return Range{{}, {}}; }
  /// x > 0.
  static constexpr Range positive() { return above(0.0); }
  /// x >= 0.
  static constexpr Range non_negative() { return at_least(0.0); }
  /// x > lo.
  static constexpr Range above(double lo) { return Range{{lo, End::open}, {}}; }
  /// x >= lo.
  static constexpr Range at_least(double lo) { return Range{{lo, End::closed}, {}}; }
  /// x <= hi.
  static constexpr Range at_most(double hi) { return Range{{}, {hi, End::closed}}; }
  /// lo <= x <= hi.
  static constexpr Range between(double lo, double hi) {
    return Range{{lo, End::closed}, {hi, End::closed}};
  }
  /// lo < x < hi, e.g. a confidence level.
  static constexpr Range strictly_between(double lo, double hi) {
    return Range{{lo, End::open}, {hi, End::open}};
  }

  /// True when `value` is finite and inside the bounds.
  [[nodiscard]] bool contains(double value) const;
  /// The range in words for messages, e.g. "a number > 0".
  [[nodiscard]] std::string describe() const;

  enum class End { unbounded, open, closed };
  struct Bound {
    double value{};
    End end{End::unbounded};
  };
  [[nodiscard]] constexpr const Bound& lower() const { return lower_; }
  [[nodiscard]] constexpr const Bound& upper() const { return upper_; }

 private:
  constexpr Range(Bound lower, Bound upper) : lower_(lower), upper_(upper) {}

  Bound lower_;
  Bound upper_;
};

/// Closed interval a whole number of a configuration must lie in.
class IntegerRange {
 public:
  /// Every whole number of 64 bits.
  static constexpr IntegerRange any() { return IntegerRange{lowest, highest}; }
  /// n >= 1.
  static constexpr IntegerRange positive() { return at_least(1); }
  /// n >= 0.
  static constexpr IntegerRange non_negative() { return at_least(0); }
  /// n >= lo.
  static constexpr IntegerRange at_least(std::int64_t lo) { return IntegerRange{lo, highest}; }
  /// lo <= n <= hi.
  static constexpr IntegerRange between(std::int64_t lo, std::int64_t hi) {
    return IntegerRange{lo, hi};
  }

  /// True when `value` is inside the bounds.
  [[nodiscard]] constexpr bool contains(std::int64_t value) const {
    return value >= lo_ && value <= hi_;
  }
  /// The range in words for messages, e.g. "a whole number >= 1".
  [[nodiscard]] std::string describe() const;
  /// The bounds; nothing where there is none.
  [[nodiscard]] constexpr std::optional<std::int64_t> lower() const {
    return lo_ == lowest ? std::nullopt : std::optional{lo_};
  }
  [[nodiscard]] constexpr std::optional<std::int64_t> upper() const {
    return hi_ == highest ? std::nullopt : std::optional{hi_};
  }

 private:
  static constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  constexpr IntegerRange(std::int64_t lo, std::int64_t hi) : lo_(lo), hi_(hi) {}

  std::int64_t lo_;
  std::int64_t hi_;
};

}  // namespace nudipole::config
