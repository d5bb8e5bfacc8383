#include "nudipole/inference/limit.hpp"

#include "band.hpp"
#include "fitter.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/inference/profile.hpp"
#include "rise.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace nudipole::inference {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// -2 ln L over the threshold below the best fit; remembers whether all fits converged.
class Excess {
 public:
  Excess(const Profile& profile, const ProfilePoint& best, double delta_chi2)
      : profile_(&profile),
        minimum_(best.minus_two_log_l),
        delta_chi2_(delta_chi2),
        converged_(fit::is_converged(best.status)) {}

  double operator()(double value) {
    const ProfilePoint point = profile_->at(value);
    converged_ = converged_ && fit::is_converged(point.status);
    return point.minus_two_log_l - minimum_ - delta_chi2_;
  }
  /// The end of an interval, unless a fit failed.
  [[nodiscard]] Limit end_at(double poi) const {
    return converged_ ? Limit{poi, LimitStatus::ok} : Limit{nan, LimitStatus::failed};
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
    case LimitStatus::closed_from_above: return "closed_from_above";
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
  return upper_limits(best, poi, std::span{&delta_chi2, 1}, largest).front();
}

std::vector<Limit> Profile::upper_limits(const ProfilePoint& best, std::size_t poi,
                                         std::span<const double> delta_chi2, double largest) const {
  // At the largest of a signal that falls again the parameter has no effect, but it has elsewhere.
  const bool falls_again = rises_to() < largest;
  if (is_closed() || (!falls_again && all_pois().poi_curvature(best)[poi] == 0.0)) {
    return std::vector<Limit>(delta_chi2.size(), {nan, LimitStatus::closed});
  }
  if (falls_again) return detail::Band{*this, best, largest}.limits(delta_chi2);
  detail::Rise rise{*this, poi, best, best.minus_two_log_l, largest};
  std::vector<Limit> limits;
  for (const double threshold : delta_chi2) limits.push_back(rise.upper_limit(threshold));
  return limits;
}

std::optional<double> Profile::beyond(const ProfilePoint& best, double ceiling,
                                      double largest) const {
  require_one_poi();
  if (is_closed() || rises_to() < largest) return std::nullopt;
  return detail::Rise{*this, 0, best, best.minus_two_log_l, largest}.above(ceiling);
}

Limit Profile::lower_end(const ProfilePoint& best, double delta_chi2) const {
  require_one_poi();
  Excess excess{*this, best, delta_chi2};
  if (best.poi.front() == 0.0) return excess.end_at(0.0);
  const double at_zero = excess(0.0);
  if (at_zero <= 0.0) return excess.end_at(0.0);
  return excess.root(0.0, at_zero, best.poi.front(), -delta_chi2);
}

}  // namespace nudipole::inference
