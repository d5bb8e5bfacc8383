#pragma once

#include "nudipole/fit/minimise.hpp"

#include <nlopt.h>

#include <limits>
#include <vector>

namespace nudipole::fit::detail {

/// What one NLopt run left behind: the best point that was evaluated.
struct RunResult {
  std::vector<double> point;
  double value;
  double
      half_squared_slope;  ///< 1/2 |gradient|^2: the distance to the minimum for a unit curvature
  int evaluations;
};

/// Bounds of a run; empty vectors: none.
struct Box {
  std::vector<double> lower;
  std::vector<double> upper;
};

/// Where a run ends before NLopt ends it: at a point whose 1/2 |gradient|^2 is no larger than
/// `half_squared_slope` (negative: never) and whose value is at least `value`.
struct Stop {
  double half_squared_slope = -1.0;
  double value = -std::numeric_limits<double>::infinity();

  [[nodiscard]] bool holds(double slope, double at) const {
    return slope <= half_squared_slope && at >= value;
  }
};

/// Runs one gradient-based NLopt algorithm. An exception of the objective stops the run and is
/// rethrown as it was (it must not cross NLopt, which would lose its type). The best point is
/// tracked here because NLopt leaves a stale one behind after a failure.
RunResult run_nlopt(nlopt_algorithm algorithm, const Objective& objective,
                    const std::vector<double>& start, const Box& box, const Settings& settings,
                    const Stop& stop = {});

}  // namespace nudipole::fit::detail
