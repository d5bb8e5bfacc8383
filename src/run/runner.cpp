#include "nudipole/run/runner.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/run/order.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace nudipole::run {
namespace {

using campaign::Campaign;
using campaign::Task;

/// Costs are smooth along the partition axis but for some thresholds.
constexpr std::size_t least_samples = 8;

/// What tasks cost, for their order; measured when several workers have a good number of places.
CostModel measure(const Campaign& campaign, const std::vector<Task>& tasks, Executor& executor) {
  std::vector<Task> places;
  for (const Task& task : tasks) {
    if (places.empty() || places.back().place != task.place) places.push_back(task);
  }
  CostModel unknown = CostModel::uniform(campaign.first_item_weight(), work_before_of(campaign));
  if (executor.workers() < 2 || places.size() < least_samples) return unknown;
  std::vector<Task> samples;
  for (const std::size_t i : spread(places.size(), std::max(least_samples, executor.workers()))) {
    samples.push_back(places[i]);
  }
  const std::vector<PlaceCost> costs = executor.measure(samples);
  std::map<std::size_t, PlaceCost> by_place;
  for (std::size_t i = 0; i < costs.size(); ++i) by_place.emplace(samples[i].place, costs[i]);
  if (by_place.empty()) return unknown;
  std::vector<std::size_t> indices;
  std::vector<PlaceCost> ordered;
  for (const auto& [place, cost] : by_place) {
    indices.push_back(place);
    ordered.push_back(cost);
  }
  return {std::move(indices), std::move(ordered), work_before_of(campaign)};
}

/// Keeps the results of a run and decides when they are saved.
class Keeper {
 public:
  Keeper(Checkpoint& checkpoint, const Policy& policy, Observer& observer)
      : checkpoint_(&checkpoint), policy_(&policy), observer_(&observer) {}

  [[nodiscard]] Coordinator coordinator() {
    return {.store =
                [this](const Task& task, const labelled::Patch& patch, double seconds) {
                  checkpoint_->table().store(task, patch, seconds);
                  unsaved_ = true;
                },
            .stop = [this] { return stop(); },
            .tick =
                [this] {
                  if (is_due()) save();
                  observer_->advanced(checkpoint_->table().progress());
                }};
  }

  [[nodiscard]] Stop stop() const { return policy_->stop ? policy_->stop() : Stop::none; }
  void changed() { unsaved_ = true; }
  void save() {
    if (!unsaved_) return;
    checkpoint_->save();
    unsaved_ = false;
    last_save_ = Clock::now();
  }
  /// After an error, which is the one to report should the file not be writable either.
  void save_what_arrived() {
    try {
      save();
    } catch (const CheckpointError&) {
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool is_due() const {
    const std::chrono::duration<double> age = Clock::now() - last_save_;
    return age.count() >= policy_->checkpoint_every_s || (policy_->save_now && policy_->save_now());
  }

  Checkpoint* checkpoint_;
  const Policy* policy_;
  Observer* observer_;
  bool unsaved_ = false;  ///< the table holds more than the file
  Clock::time_point last_save_ = Clock::now();
};

}  // namespace

Ending run_campaign(const Campaign& campaign, Checkpoint& checkpoint, Executor& executor,
                    const Policy& policy, Observer& observer) {
  Keeper keeper{checkpoint, policy, observer};
  const auto levels = [&] {
    for (;;) {
      const std::vector<Task> tasks = campaign.missing(checkpoint.table().dataset());
      if (!tasks.empty()) {
        const CostModel cost = measure(campaign, tasks, executor);
        if (!executor.execute(in_order(tasks, cost, executor.workers()), keeper.coordinator())) {
          return Ending::stopped;
        }
      }
      std::optional<labelled::Dataset> next = campaign.next_level(checkpoint.table().dataset());
      if (!next) return Ending::complete;
      checkpoint.begin_level(*std::move(next));
      keeper.changed();
    }
  };
  const bool work_left = !campaign.missing(checkpoint.table().dataset()).empty() ||
                         campaign.next_level(checkpoint.table().dataset()).has_value();
  observer.begun(checkpoint, work_left ? Work::some : Work::none);
  if (work_left && checkpoint.is_complete())
    checkpoint.note(attribute::complete, 0);  // more is asked for
  if (work_left || !checkpoint.resumed() || checkpoint.has_new_layout()) keeper.changed();
  keeper.save();
  try {
    const Ending ending = levels();
    if (ending == Ending::complete && !checkpoint.is_complete()) {
      checkpoint.note(attribute::complete, 1);
      keeper.changed();
    }
    keeper.save();
    observer.advanced(checkpoint.table().progress());
    return ending;
  } catch (...) {
    keeper.save_what_arrived();
    throw;
  }
}

}  // namespace nudipole::run
