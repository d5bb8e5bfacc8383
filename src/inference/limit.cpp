#include "nudipole/inference/limit.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/inference/profile.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace nudipole::inference {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// -2 ln L over the threshold, along a profile in one parameter of interest, the others at their
/// minimum; remembers whether all fits converged.
class Excess {
 public:
  Excess(const Profile& profile, std::size_t poi, const ProfilePoint& best, double delta_chi2)
      : profile_(&profile),
        poi_(poi),
        given_(profile.poi_count()),
        minimum_(best.minus_two_log_l),
        delta_chi2_(delta_chi2),
        converged_(fit::is_converged(best.status)) {}

  double operator()(double value) {
    given_[poi_] = value;
    const ProfilePoint point = profile_->minimum(given_);
    converged_ = converged_ && fit::is_converged(point.status);
    return point.minus_two_log_l - minimum_ - delta_chi2_;
  }
  /// The end of an interval, unless a fit failed.
  [[nodiscard]] Limit end_at(double poi) const {
    return converged_ ? Limit{poi, LimitStatus::ok} : without_value(LimitStatus::failed);
  }
  /// Why there is none, unless a fit failed.
  [[nodiscard]] Limit without_value(LimitStatus status) const {
    return {nan, converged_ ? status : LimitStatus::failed};
  }
  /// Root between two places where the excess has different signs, or is 0 at one.
  [[nodiscard]] Limit root(double low, double excess_low, double high, double excess_high) {
    constexpr int bits = 40;  // relative precision
    constexpr std::uintmax_t most_iterations = 100;
    std::uintmax_t iterations = most_iterations;
    const auto bracket = boost::math::tools::toms748_solve(
        [this](double poi) { return (*this)(poi); }, low, high, excess_low, excess_high,
        boost::math::tools::eps_tolerance<double>(bits), iterations);
    if (iterations >= most_iterations) return {nan, LimitStatus::failed};
    return end_at(0.5 * (bracket.first + bracket.second));
  }

 private:
  const Profile* profile_;
  std::size_t poi_;
  std::vector<std::optional<double>> given_;  ///< [poi]
  double minimum_;
  double delta_chi2_;
  bool converged_;
};

}  // namespace

std::string_view to_string(LimitStatus status) noexcept {
  switch (status) {
    case LimitStatus::not_done: return "not_done";
    case LimitStatus::ok: return "ok";
    case LimitStatus::none_in_range: return "none_in_range";
    case LimitStatus::closed: return "closed";
    case LimitStatus::failed: break;
  }
  return "failed";
}

void Profile::require_one_poi() const {
  if (poi_count() == 1) return;
  throw Error(
      ErrorKind::unexpected,
      "limits exist for one parameter of interest, this signal has " + std::to_string(poi_count()));
}

Limit Profile::upper_limit(const ProfilePoint& best, double delta_chi2, double largest) const {
  require_one_poi();
  return upper_limit(best, 0, delta_chi2, largest);
}

Limit Profile::upper_limit(const ProfilePoint& best, std::size_t poi, double delta_chi2,
                           double largest) const {
  const auto index = static_cast<Eigen::Index>(poi);
  const double curvature = joint_->curvature(signals_at(best.poi), best.pulls)(index, index);
  if (is_closed() || curvature == 0.0) return {nan, LimitStatus::closed};
  Excess excess{*this, poi, best, delta_chi2};
  // Step up from the best fit in steps of the standard error until the threshold is passed.
  double step = std::sqrt(2.0 * delta_chi2 / curvature);
  double below = best.poi[poi];
  double excess_below = -delta_chi2;
  double above = below;
  double excess_above = excess_below;
  while (excess_above < 0.0) {
    if (above >= largest) return excess.without_value(LimitStatus::none_in_range);
    below = above;
    excess_below = excess_above;
    above = std::min(below + step, largest);
    excess_above = excess(above);
    step *= 2.0;
  }
  return excess.root(below, excess_below, above, excess_above);
}

Limit Profile::lower_end(const ProfilePoint& best, double delta_chi2) const {
  require_one_poi();
  Excess excess{*this, 0, best, delta_chi2};
  if (best.poi.front() == 0.0) return excess.end_at(0.0);
  const double at_zero = excess(0.0);
  if (at_zero <= 0.0) return excess.end_at(0.0);
  return excess.root(0.0, at_zero, best.poi.front(), -delta_chi2);
}

}  // namespace nudipole::inference
