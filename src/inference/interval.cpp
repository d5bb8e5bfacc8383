#include "nudipole/inference/interval.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <limits>

namespace nudipole::inference {

Limit lower_end(const Profile& profile, const ProfilePoint& best, double delta_chi2) {
  bool all_converged = fit::is_converged(best.status);
  const auto excess = [&](double x) {
    const ProfilePoint point = profile.at(x);
    all_converged = all_converged && fit::is_converged(point.status);
    return point.minus_two_log_l - best.minus_two_log_l - delta_chi2;
  };
  const auto limit = [&](double x) {
    return all_converged ? Limit{x, LimitStatus::ok}
                         : Limit{std::numeric_limits<double>::quiet_NaN(), LimitStatus::failed};
  };
  if (best.x_mu_B2 == 0.0) return limit(0.0);
  const double at_zero = excess(0.0);
  if (at_zero <= 0.0) return limit(0.0);
  constexpr int bits = 40;  // relative precision of the end
  std::uintmax_t iterations = 60;
  const auto bracket = boost::math::tools::toms748_solve(
      excess, 0.0, best.x_mu_B2, at_zero, -delta_chi2,
      boost::math::tools::eps_tolerance<double>(bits), iterations);
  return limit(0.5 * (bracket.first + bracket.second));
}

}  // namespace nudipole::inference
