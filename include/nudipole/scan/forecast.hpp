#pragma once

#include "nudipole/scan/cost.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::scan {

/// What a run is expected to take.
struct Forecast {
  std::size_t units = 0;
  double core_s = 0.0;  ///< time in evaluations, over all ranks
  double wall_s = 0.0;  ///< from the first unit to the last result
};

/// Plays the queue of mpi::dispatch: rank 0 hands out units in order, as many to each worker as
/// units_at_a_time allows; `dispatch_s` of its time for each. With one rank there is no
/// dispatch. \param ranks  >= 1
Forecast simulate(const CostModel& cost, const std::vector<Unit>& units, std::size_t ranks,
                  double dispatch_s);

}  // namespace nudipole::scan
