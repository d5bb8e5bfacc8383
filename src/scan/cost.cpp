#include "nudipole/scan/cost.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <queue>
#include <set>
#include <utility>

namespace nudipole::scan {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

MassCost measure_mass(const Analysis& analysis, std::size_t mass) {
  const std::size_t couplings = analysis.config().coupling_mu_B.size();
  const Clock::time_point start = Clock::now();
  (void)analysis.portal(analysis.config().mass_MeV[mass]);
  const double templates_s = seconds_since(start);
  const double limits_s =
      evaluate(analysis, {.mass = mass, .with_limits = true}).seconds - templates_s;
  const double grid_s =
      evaluate(analysis, {.mass = mass, .last_coupling = couplings}).seconds - templates_s;
  // A difference of two short times can come out negative.
  return {.templates_s = templates_s,
          .limits_s = std::max(0.0, limits_s),
          .per_coupling_s = std::max(0.0, grid_s) / static_cast<double>(couplings)};
}

/// Indices into a grid of `count`: ends, middle, quarters, ... each once.
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

/// A worker's units that have arrived or are on their way.
struct Delivery {
  double time_s;
  const Unit* unit;
};

/// The run as it is played.
class Queue {
 public:
  Queue(const CostModel& cost, const std::vector<Unit>& units, std::size_t workers,
        double dispatch_s)
      : cost_(&cost), units_(&units), waiting_(workers), dispatch_s_(dispatch_s) {}

  double play() {
    constexpr int units_per_worker = 2;  // as in mpi::dispatch
    for (int round = 0; round < units_per_worker; ++round) {
      for (std::size_t worker = 0; worker < waiting_.size() && next_ < units_->size(); ++worker) {
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
      hand_on(worker);
      begin_next(worker, finished_s);
    }
    return end_s;
  }

 private:
  using Event = std::pair<double, std::size_t>;  ///< time of an end, worker

  /// The next unit, if there is one, to a worker, now.
  void hand_on(std::size_t worker) {
    if (next_ >= units_->size()) return;
    waiting_[worker].push_back({master_free_s_, &(*units_)[next_++]});
  }

  void begin_next(std::size_t worker, double free_s) {
    if (waiting_[worker].empty()) return;
    const Delivery next = waiting_[worker].front();
    waiting_[worker].erase(waiting_[worker].begin());
    running_.emplace(std::max(free_s, next.time_s) + cost_->seconds(*next.unit), worker);
  }

  const CostModel* cost_;
  const std::vector<Unit>* units_;
  std::vector<std::vector<Delivery>> waiting_;  ///< [worker], at most two each
  double dispatch_s_;
  std::size_t next_ = 0;
  double master_free_s_ = 0.0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> running_;
};

}  // namespace

CostModel::CostModel(std::vector<std::size_t> indices, std::vector<MassCost> costs)
    : indices_(std::move(indices)), costs_(std::move(costs)) {
  if (indices_.empty() || indices_.size() != costs_.size() ||
      std::ranges::adjacent_find(indices_, std::greater_equal<>{}) != indices_.end()) {
    throw Error(ErrorKind::unexpected, "a cost model needs ascending masses, each with its cost");
  }
}

MassCost CostModel::at(std::size_t mass) const {
  const auto above = std::ranges::lower_bound(indices_, mass);
  if (above == indices_.begin()) return costs_.front();
  if (above == indices_.end()) return costs_.back();
  const auto place = static_cast<std::size_t>(above - indices_.begin());
  const MassCost& one = costs_[place - 1];
  const MassCost& other = costs_[place];
  const double share = static_cast<double>(mass - indices_[place - 1]) /
                       static_cast<double>(indices_[place] - indices_[place - 1]);
  const auto between = [share](double a, double b) { return a + share * (b - a); };
  return {.templates_s = between(one.templates_s, other.templates_s),
          .limits_s = between(one.limits_s, other.limits_s),
          .per_coupling_s = between(one.per_coupling_s, other.per_coupling_s)};
}

double CostModel::seconds(const Unit& unit) const {
  const MassCost cost = at(unit.mass);
  return cost.templates_s + (unit.with_limits ? cost.limits_s : 0.0) +
         cost.per_coupling_s * static_cast<double>(unit.last_coupling - unit.first_coupling);
}

CostModel measure_cost(const Analysis& analysis, double budget_s, std::size_t most_masses) {
  const Clock::time_point start = Clock::now();
  std::vector<std::pair<std::size_t, MassCost>> measured;
  // The first evaluation of a process is slower (memory, caches): done once without counting.
  (void)measure_mass(analysis, 0);
  for (const std::size_t mass : spread(analysis.config().mass_MeV.size(), most_masses)) {
    if (!measured.empty() && seconds_since(start) > budget_s) break;
    measured.emplace_back(mass, measure_mass(analysis, mass));
  }
  std::ranges::sort(measured, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::size_t> indices;
  std::vector<MassCost> costs;
  for (const auto& [mass, cost] : measured) {
    indices.push_back(mass);
    costs.push_back(cost);
  }
  return {std::move(indices), std::move(costs)};
}

Forecast simulate(const CostModel& cost, const std::vector<Unit>& units, std::size_t ranks,
                  double dispatch_s) {
  Forecast forecast{.units = units.size()};
  for (const Unit& unit : units) forecast.core_s += cost.seconds(unit);
  if (ranks == 1) {
    forecast.wall_s = forecast.core_s;
  } else if (!units.empty()) {
    // Workers beyond the number of units get none.
    const std::size_t workers = std::min(ranks - 1, units.size());
    forecast.wall_s = Queue{cost, units, workers, dispatch_s}.play();
  }
  return forecast;
}

}  // namespace nudipole::scan
