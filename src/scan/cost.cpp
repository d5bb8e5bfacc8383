#include "nudipole/scan/cost.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <utility>

namespace nudipole::scan {
namespace {

using Clock = std::chrono::steady_clock;

/// Fits that finding one limit, or the best fit, takes: 6 to 10 in all data sets.
constexpr double fits_per_limit = 8.0;

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

}  // namespace

CostModel::CostModel(std::vector<std::size_t> indices, std::vector<MassCost> costs)
    : indices_(std::move(indices)), costs_(std::move(costs)) {
  if (indices_.empty() || indices_.size() != costs_.size() ||
      std::ranges::adjacent_find(indices_, std::greater_equal<>{}) != indices_.end()) {
    throw Error(ErrorKind::unexpected, "a cost model needs ascending masses, each with its cost");
  }
}

CostModel CostModel::uniform() {
  return {{0}, {{.templates_s = 0.0, .limits_s = fits_per_limit, .per_coupling_s = 1.0}}};
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

MassCost sample_cost(const Analysis& analysis, std::size_t mass) {
  const RunConfig& config = analysis.config();
  const Clock::time_point start = Clock::now();
  const likelihood::PortalTemplates portal = analysis.portal(config.mass_MeV[mass]);
  MassCost cost{.templates_s = seconds_since(start), .limits_s = 0.0, .per_coupling_s = 0.0};
  if (analysis.bound() != nullptr) return cost;  // has no fits
  const double coupling_mu_B = config.coupling_mu_B[config.coupling_mu_B.size() / 2];
  (void)evaluate_point(analysis, portal, coupling_mu_B);  // fills the caches
  const Clock::time_point fit_start = Clock::now();
  (void)evaluate_point(analysis, portal, coupling_mu_B);
  cost.per_coupling_s = seconds_since(fit_start);
  const std::size_t limits = config.limits.confidence.size() * config.limits.dof.size();
  cost.limits_s = fits_per_limit * static_cast<double>(limits + 1) * cost.per_coupling_s;
  return cost;
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

}  // namespace nudipole::scan
