#include "rise.hpp"

#include "fitter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::inference::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int most_fits = 100;

/// Cubic through two points with given slopes, at `u`.
double hermite(double u, double u1, double x1, double slope1, double u2, double x2, double slope2) {
  const double h = u2 - u1;
  const double t = (u - u1) / h;
  const double s = 1.0 - t;
  return s * s * ((1.0 + 2.0 * t) * x1 + t * h * slope1) +
         t * t * ((1.0 + 2.0 * s) * x2 - s * h * slope2);
}

}  // namespace

Rise::Rise(const Profile& profile, std::size_t poi, const ProfilePoint& start, double minimum,
           double largest)
    : profile_(&profile),
      poi_(poi),
      minimum_(minimum),
      curvature_(profile.all_pois().profile_curvature(start, poi)),
      largest_(largest),
      converged_(fit::is_converged(start.status)) {
  const double slope = std::max(start.slope[poi], 0.0);
  const bool at_bound = start.poi[poi] == 0.0 && slope > 0.0;
  const double rise = start.minus_two_log_l - minimum;
  visited_.push_back({.poi = start.poi[poi],
                      .rise = rise,
                      .slope = at_bound ? slope : 0.0,
                      .root = std::sqrt(rise),
                      .by_root = at_bound ? 0.0 : std::sqrt(2.0 / curvature_),
                      .pulls = start.pulls});
}

ProfilePoint Rise::fit(double poi, const std::vector<double>& start) const {
  if (profile_->poi_count() == 1) return profile_->at(std::span{&poi, 1}, start);
  std::vector<std::optional<double>> given(profile_->poi_count());
  given[poi_] = poi;
  return profile_->minimum(given);
}

std::size_t Rise::visit(double poi) {
  const auto after = std::ranges::lower_bound(visited_, poi, {}, &Visited::poi);
  const bool is_last = after == visited_.end();
  const bool before_is_nearer =
      after != visited_.begin() && (is_last || poi - (after - 1)->poi < after->poi - poi);
  const ProfilePoint point = fit(poi, before_is_nearer ? (after - 1)->pulls : after->pulls);
  converged_ = converged_ && fit::is_converged(point.status);
  const double rise = point.minus_two_log_l - minimum_;
  const double root = std::sqrt(std::max(rise, 0.0));
  const auto place = visited_.insert(after, {.poi = poi,
                                             .rise = rise,
                                             .slope = point.slope[poi_],
                                             .root = root,
                                             .by_root = 2.0 * root / point.slope[poi_],
                                             .pulls = point.pulls});
  return static_cast<std::size_t>(place - visited_.begin());
}

std::size_t Rise::first_above(double rise) const {
  const auto place = std::ranges::find_if(
      visited_, [rise](const Visited& visited) { return visited.rise >= rise; });
  return static_cast<std::size_t>(place - visited_.begin());
}

double Rise::guess(double root, std::size_t end) const {
  const Visited& below = visited_[end - 1];
  if (end < visited_.size()) {
    const Visited& above = visited_[end];
    return hermite(root, below.root, below.poi, below.by_root, above.root, above.poi,
                   above.by_root);
  }
  if (end > 1) return below.poi + (root - below.root) * below.by_root;
  // slope x + curvature x^2/2 = root^2, written so that nothing cancels.
  const double square = root * root - below.rise;
  return below.poi +
         2.0 * square /
             (below.slope + std::sqrt(below.slope * below.slope + 2.0 * curvature_ * square));
}

double Rise::next(double root, std::size_t end) const {
  const double wanted = guess(root, end);
  const double below = visited_[end - 1].poi;
  if (end < visited_.size()) {
    const double above = visited_[end].poi;
    return wanted > below && wanted < above ? wanted : 0.5 * (below + above);
  }
  // Not more than four times as far from the best fit as ever before.
  const double reached = below - visited_.front().poi;
  const double furthest = reached > 0.0 ? below + 3.0 * reached : largest_;
  return std::min(wanted > below ? std::min(wanted, furthest) : furthest, largest_);
}

Limit Rise::found(double poi) const {
  return converged_ ? Limit{poi, LimitStatus::ok} : without_value(LimitStatus::failed);
}

Limit Rise::without_value(LimitStatus status) const {
  return {nan, converged_ ? status : LimitStatus::failed};
}

Limit Rise::upper_limit(double delta_chi2) {
  // The error of a step is of the order of its square or less.
  constexpr double small_step = 1.0e-6;
  constexpr double rounding = 1.0e-13;
  const double root = std::sqrt(delta_chi2);
  for (int fits = 0; fits < most_fits; ++fits) {
    const std::size_t end = first_above(delta_chi2);
    if (end < visited_.size() && visited_[end].rise == delta_chi2) return found(visited_[end].poi);
    if (visited_[end - 1].poi >= largest_) return without_value(LimitStatus::none_in_range);
    const double poi = next(root, end);
    const auto is_near = [&](std::size_t place, double distance) {
      return place > 0 && place < visited_.size() &&
             std::abs(poi - visited_[place].poi) <= distance * poi;
    };
    const bool interpolated = poi == guess(root, end);
    if (interpolated && (is_near(end - 1, small_step) || is_near(end, small_step))) {
      return found(poi);
    }
    if (is_near(end - 1, rounding) && is_near(end, rounding)) return found(poi);
    (void)visit(poi);
  }
  return without_value(LimitStatus::failed);
}

std::optional<double> Rise::above(double ceiling) {
  constexpr double aim = 1.1;  // times the ceiling
  constexpr double acceptable = 1.5;
  constexpr int enough = 12;
  for (int fits = 0; fits < enough && converged_; ++fits) {
    const std::size_t end = first_above(ceiling);
    if (end < visited_.size() && visited_[end].rise <= acceptable * ceiling) break;
    if (visited_[end - 1].poi >= largest_) return std::nullopt;
    (void)visit(next(std::sqrt(aim * ceiling), end));
  }
  const std::size_t end = first_above(ceiling);
  if (!converged_ || end == visited_.size()) return std::nullopt;
  return visited_[end].poi;
}

}  // namespace nudipole::inference::detail
