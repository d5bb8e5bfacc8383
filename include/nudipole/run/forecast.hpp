#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/run/cost.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::run {

/// What a run is expected to take.
struct Forecast {
  std::size_t tasks = 0;
  double core_s = 0.0;  ///< time in evaluations, over all ranks
  double wall_s = 0.0;  ///< from the first task to the last result
};

/// Plays the queue of an executor: rank 0 hands out tasks in order, as many to each worker as
/// tasks_at_a_time allows; `dispatch_s` of its time for each. With one rank there is no
/// dispatch. \param ranks  >= 1
Forecast simulate(const CostModel& cost, const std::vector<campaign::Task>& tasks,
                  std::size_t ranks, double dispatch_s);

}  // namespace nudipole::run
