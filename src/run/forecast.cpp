#include "nudipole/run/forecast.hpp"

#include "nudipole/run/order.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace nudipole::run {
namespace {

/// A worker's tasks that have arrived or are on their way.
struct Delivery {
  double time_s;
  const campaign::Task* task;
};

/// The run as it is played.
class Queue {
 public:
  Queue(const CostModel& cost, const std::vector<campaign::Task>& tasks, std::size_t workers,
        double dispatch_s)
      : cost_(&cost), tasks_(&tasks), waiting_(workers), held_(workers), dispatch_s_(dispatch_s) {}

  double play() {
    for (std::size_t round = 0; round < most_tasks_at_a_time; ++round) {
      for (std::size_t worker = 0; worker < waiting_.size() && next_ < tasks_->size(); ++worker) {
        master_free_s_ += dispatch_s_;
        hand_on(worker);
      }
    }
    for (std::size_t worker = 0; worker < waiting_.size(); ++worker) begin_next(worker, 0.0);
    double end_s = 0.0;
    while (!running_.empty()) {
      const auto [finished_s, worker] = running_.top();
      running_.pop();
      master_free_s_ = std::max(master_free_s_, finished_s) + dispatch_s_;  // takes the result
      end_s = master_free_s_;
      --held_[worker];
      hand_on(worker);
      begin_next(worker, finished_s);
    }
    return end_s;
  }

 private:
  using Event = std::pair<double, std::size_t>;  ///< time of an end, worker

  /// The next task, if there is one, to a worker, now.
  void hand_on(std::size_t worker) {
    const std::size_t left = tasks_->size() - next_;
    if (left == 0 || held_[worker] >= tasks_at_a_time(left, held_.size())) return;
    ++held_[worker];
    waiting_[worker].push_back({master_free_s_, &(*tasks_)[next_++]});
  }

  void begin_next(std::size_t worker, double free_s) {
    if (waiting_[worker].empty()) return;
    const Delivery next = waiting_[worker].front();
    waiting_[worker].erase(waiting_[worker].begin());
    running_.emplace(std::max(free_s, next.time_s) + cost_->seconds(*next.task), worker);
  }

  const CostModel* cost_;
  const std::vector<campaign::Task>* tasks_;
  std::vector<std::vector<Delivery>> waiting_;  ///< [worker], at most two each
  std::vector<std::size_t> held_;               ///< [worker], waiting or running
  double dispatch_s_;
  std::size_t next_ = 0;
  double master_free_s_ = 0.0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> running_;
};

}  // namespace

Forecast simulate(const CostModel& cost, const std::vector<campaign::Task>& tasks,
                  std::size_t ranks, double dispatch_s) {
  Forecast forecast{.tasks = tasks.size()};
  for (const campaign::Task& task : tasks) forecast.core_s += cost.seconds(task);
  if (ranks == 1) {
    forecast.wall_s = forecast.core_s;
  } else if (!tasks.empty()) {
    // Workers beyond the number of tasks get none.
    const std::size_t workers = std::min(ranks - 1, tasks.size());
    forecast.wall_s = Queue{cost, tasks, workers, dispatch_s}.play();
  }
  return forecast;
}

}  // namespace nudipole::run
