#include "nudipole/run/order.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace nudipole::run {
namespace {

using campaign::Task;

/// Every block is at most this part of a worker's share of the work that is left ("factoring").
constexpr double shares_per_worker = 2.0;
/// Time for items against that for their setup in the smallest blocks. Not each block costs it: a
/// worker keeps that of its last places.
constexpr double least_work_per_setup = 4.0;
/// Nor are blocks so small that rank 0 (10 to 100 us a task) would notice.
constexpr double least_block_s = 5e-4;

std::vector<Task> dearest_first(const std::vector<Task>& tasks, const CostModel& cost) {
  std::vector<std::pair<double, Task>> priced;
  priced.reserve(tasks.size());
  for (const Task& task : tasks) priced.emplace_back(cost.seconds(task), task);
  std::ranges::stable_sort(priced, std::greater<>{}, &std::pair<double, Task>::first);
  std::vector<Task> sorted;
  sorted.reserve(tasks.size());
  for (const auto& [seconds, task] : priced) sorted.push_back(task);
  return sorted;
}

/// The last items of a task that take at most `seconds` besides the setup, at least one; the whole
/// task when that is short enough. Fits far above the limits take several times as long as others:
/// as they go first, what is left for the end is cheaper than estimated, not dearer.
Task last_block(const Task& task, const CostModel& cost, double seconds) {
  if (cost.items_s(task) <= seconds || task.last - task.first <= 1) return task;
  Task block = task;
  block.first = cost.begin_of_last(task, seconds);
  return block;
}

}  // namespace

std::vector<Task> in_order(const std::vector<Task>& tasks, const CostModel& cost,
                           std::size_t workers) {
  if (workers <= 1) return tasks;
  double left_s = 0.0;
  for (const Task& task : tasks) left_s += cost.items_s(task);
  const double fair_share_s = left_s / static_cast<double>(workers);

  std::vector<Task> blocks;
  for (Task rest : dearest_first(tasks, cost)) {
    const double least_s = std::max(
        least_block_s, std::min(least_work_per_setup * cost.at(rest.place).setup_s, fair_share_s));
    for (;;) {
      const double share_s = left_s / (shares_per_worker * static_cast<double>(workers));
      const Task block = last_block(rest, cost, std::max(share_s, least_s));
      blocks.push_back(block);
      left_s -= cost.items_s(block);
      if (block == rest) break;
      rest.last = block.first;
    }
  }
  return dearest_first(blocks, cost);
}

std::size_t tasks_at_a_time(std::size_t left, std::size_t workers) {
  constexpr std::size_t near_the_end = 8;  // tasks left for each worker
  return left > near_the_end * workers ? most_tasks_at_a_time : 1;
}

}  // namespace nudipole::run
