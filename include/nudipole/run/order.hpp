#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/run/cost.hpp"

#include <cstddef>
#include <vector>

namespace nudipole::run {

/// The order and the size in which tasks go to the workers: dearest first, so that the last ones,
/// for which some workers wait, are small. A place that is dear against a worker's share of what is
/// left is cut into blocks of items; blocks are not made so small that the setup, which a worker
/// needs for its first block of the place, counts much, unless workers would be left without any,
/// nor so small that rank 0 would have more to do than the workers. Neither order nor cut changes a
/// result. One worker gets the tasks as they are. \param workers >= 1
std::vector<campaign::Task> in_order(const std::vector<campaign::Task>& tasks,
                                     const CostModel& cost, std::size_t workers);

/// Tasks a worker holds at a time: the one it works on and the next, so that it need not wait.
inline constexpr std::size_t most_tasks_at_a_time = 2;

/// The same with `left` tasks not handed out yet: towards the end only the one it works on, because
/// nothing may queue behind a dear task while other workers have no more.
std::size_t tasks_at_a_time(std::size_t left, std::size_t workers);

}  // namespace nudipole::run
