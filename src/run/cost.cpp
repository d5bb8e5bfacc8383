#include "nudipole/run/cost.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace nudipole::run {
namespace {

using campaign::Campaign;
using campaign::Task;
using campaign::Worker;

double seconds_of(Worker& worker, Task place, std::uint64_t first, std::uint64_t last) {
  using Clock = std::chrono::steady_clock;
  place.first = first;
  place.last = last;
  const Clock::time_point start = Clock::now();
  (void)worker(place);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The mean time of usual work after the first item: of all items at once where that takes no
/// longer than `budget_s`, else of some, spread over the place, one by one.
double per_item_s(const Campaign& campaign, Worker& worker, const Task& place, double budget_s) {
  const std::size_t others = campaign.items() - 1;
  const auto work = [&campaign](std::uint64_t first, std::uint64_t last) {
    return campaign.work_before(last) - campaign.work_before(first);
  };
  const std::uint64_t middle = 1 + others / 2;
  const double one_s = seconds_of(worker, place, middle, middle + 1);
  const double all = work(1, campaign.items());
  if (one_s * all / work(middle, middle + 1) <= budget_s) {
    return seconds_of(worker, place, 1, campaign.items()) / all;
  }
  const auto some = static_cast<std::size_t>(std::max(1.0, budget_s / one_s));
  double sum_s = 0.0;
  double sum = 0.0;
  for (const std::size_t i : spread(others, some)) {
    sum_s += seconds_of(worker, place, 1 + i, 2 + i);
    sum += work(1 + i, 2 + i);
  }
  return sum_s / sum;
}

/// One place. The worker keeps the setup, so that parts can be timed by themselves.
PlaceCost measure_place(const Campaign& campaign, const Task& place, double budget_s) {
  const auto worker = campaign.worker();
  PlaceCost cost{};
  cost.setup_s = seconds_of(*worker, place, 0, 0);
  cost.first_item_s = seconds_of(*worker, place, 0, 1);
  cost.per_item_s =
      campaign.items() == 1 ? cost.first_item_s : per_item_s(campaign, *worker, place, budget_s);
  return cost;
}

}  // namespace

CostModel::CostModel(std::vector<std::size_t> places, std::vector<PlaceCost> costs,
                     WorkBefore work_before)
    : places_(std::move(places)), costs_(std::move(costs)), work_before_(std::move(work_before)) {
  if (!work_before_) work_before_ = [](std::uint64_t item) { return static_cast<double>(item); };
  if (places_.empty() || places_.size() != costs_.size() ||
      std::ranges::adjacent_find(places_, std::greater_equal<>{}) != places_.end()) {
    throw Error(ErrorKind::unexpected, "a cost model needs ascending places, each with its cost");
  }
}

CostModel CostModel::uniform(double first_item_weight, WorkBefore work_before) {
  return {{0},
          {{.setup_s = 0.0, .first_item_s = first_item_weight, .per_item_s = 1.0}},
          std::move(work_before)};
}

WorkBefore work_before_of(const Campaign& campaign) {
  return [&campaign](std::uint64_t item) { return campaign.work_before(item); };
}

PlaceCost CostModel::at(std::size_t place) const {
  const auto above = std::ranges::lower_bound(places_, place);
  if (above == places_.begin()) return costs_.front();
  if (above == places_.end()) return costs_.back();
  const auto i = static_cast<std::size_t>(above - places_.begin());
  const PlaceCost& one = costs_[i - 1];
  const PlaceCost& other = costs_[i];
  const double share = static_cast<double>(place - places_[i - 1]) /
                       static_cast<double>(places_[i] - places_[i - 1]);
  const auto between = [share](double a, double b) { return a + share * (b - a); };
  return {.setup_s = between(one.setup_s, other.setup_s),
          .first_item_s = between(one.first_item_s, other.first_item_s),
          .per_item_s = between(one.per_item_s, other.per_item_s)};
}

double CostModel::items_s(const Task& task) const {
  if (task.first == task.last) return 0.0;
  const PlaceCost cost = at(task.place);
  const bool with_first = task.first == 0;
  const double others =
      work_before_(task.last) - work_before_(std::max<std::uint64_t>(task.first, 1));
  return (with_first ? cost.first_item_s : 0.0) + cost.per_item_s * others;
}

std::uint64_t CostModel::begin_of_last(const Task& task, double seconds) const {
  const double work = seconds / at(task.place).per_item_s;
  const double end = work_before_(task.last);
  std::uint64_t low = std::max<std::uint64_t>(task.first, 1);  // grows to the answer
  std::uint64_t high = task.last - 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (end - work_before_(middle) <= work) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

double CostModel::seconds(const Task& task) const { return at(task.place).setup_s + items_s(task); }

std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
  std::vector<std::size_t> order{0};
  std::set<std::size_t> taken{0};
  const auto take = [&](std::size_t index) {
    if (order.size() < most && taken.insert(index).second) order.push_back(index);
  };
  take(count - 1);
  for (std::size_t parts = 2; order.size() < std::min(most, count) && parts < 2 * count;
       parts *= 2) {
    for (std::size_t i = 1; i < parts; i += 2) take(i * (count - 1) / parts);
  }
  return order;
}

PlaceCost sample_cost(const Campaign& campaign, const Task& place) {
  const auto worker = campaign.worker();
  const std::uint64_t middle = campaign.items() / 2;
  PlaceCost cost{};
  cost.setup_s = seconds_of(*worker, place, 0, 0);
  (void)seconds_of(*worker, place, middle, middle + 1);  // fills the caches
  cost.per_item_s = seconds_of(*worker, place, middle, middle + 1) /
                    (campaign.work_before(middle + 1) - campaign.work_before(middle));
  cost.first_item_s = cost.per_item_s * (campaign.items() > 1 ? campaign.first_item_weight() : 1.0);
  return cost;
}

CostModel measure_cost(const Campaign& campaign, const std::vector<Task>& places, double budget_s,
                       std::size_t most_places) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  // The first evaluation of a process is slower (memory, caches): done once without counting.
  constexpr double places_at_least = 4.0;  // as many as the budget has to be enough for
  const double place_budget_s = budget_s / places_at_least;
  (void)measure_place(campaign, places.front(), place_budget_s);
  std::map<std::size_t, PlaceCost> measured;
  for (const std::size_t i : spread(places.size(), most_places)) {
    if (!measured.empty() &&
        std::chrono::duration<double>(Clock::now() - start).count() > budget_s) {
      break;
    }
    measured.emplace(places[i].place, measure_place(campaign, places[i], place_budget_s));
  }
  std::vector<std::size_t> indices;
  std::vector<PlaceCost> costs;
  for (const auto& [place, cost] : measured) {
    indices.push_back(place);
    costs.push_back(cost);
  }
  return {std::move(indices), std::move(costs), work_before_of(campaign)};
}

}  // namespace nudipole::run
