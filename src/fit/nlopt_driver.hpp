#pragma once

#include "nudipole/fit/minimise.hpp"

#include <nlopt.h>

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

/// Runs one gradient-based NLopt algorithm. An exception of the objective stops the run and is
/// rethrown as it was (it must not cross NLopt, which would lose its type). The best point is
/// tracked here because NLopt leaves a stale one behind after a failure.
/// \param settled  ends the run at a point where 1/2 |gradient|^2 is no larger; negative: never
RunResult run_nlopt(nlopt_algorithm algorithm, const Objective& objective,
                    const std::vector<double>& start, const Box& box, const Settings& settings,
                    double settled = -1.0);

}  // namespace nudipole::fit::detail
