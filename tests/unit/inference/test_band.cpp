// One Gaussian bin and N of one momentum: s(x) = T x exp(-c x) events, so that all is known in
// closed form. With y = c x, s = S e y exp(-y), where S is the most events, at y = 1.
#include "nudipole/inference/profile.hpp"
#include "nudipole/prediction/surviving_signal.hpp"
#include "support/catch2.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <numbers>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;

namespace {

constexpr double error = 3.0;
constexpr double background = 40.0;
constexpr double most = 60.0;     ///< S
constexpr double unit = 1.0e-16;  ///< x at y = 1 [mu_B^2]
constexpr double far = 1.0e3 * unit;
// Limits are searched to 36 bits or to steps of 1e-6 squared; fits are good to 1e-9.
constexpr double tolerance = 1.0e-8;

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

/// \param excess  of what was measured over the background
Profile profile_with(double excess) {
  const auto joint = std::make_shared<Joint>(
      std::vector{Term{{.name = "bin",
                        .bin_count = 1,
                        .statistic = likelihood::gaussian_chi2(one_bin(error)),
                        .nuisances = {},
                        .components = {{"background", one_bin(background), {}}},
                        .signal_scaled_by = {}}}});
  prediction::SurvivingSignal::Definition signal{
      .per_poi = {{one_bin(most * std::numbers::e / unit)}},
      .decays = {1.0 / unit},
      .widths = {1.0}};
  return {joint,
          {std::make_shared<prediction::SurvivingSignal>(std::move(signal))},
          std::make_shared<likelihood::Observation>(joint->observe({one_bin(background + excess)})),
          {}};
}

enum class Side { small, large };

/// y with s = events on one side of the peak.
double place(double events, Side side) {
  double low = side == Side::small ? 0.0 : 1.0;
  double high = side == Side::small ? 1.0 : 100.0;
  for (int i = 0; i < 100; ++i) {
    const double y = 0.5 * (low + high);
    const bool more = most * std::numbers::e * y * std::exp(-y) > events;
    (more == (side == Side::small) ? high : low) = y;
  }
  return low;
}

}  // namespace

TEST_CASE("Where N decay excluded values lie around those with the most events") {
  constexpr double deficit = 4.0;
  const Profile profile = profile_with(-deficit);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(best.poi.front() == 0.0);
  const std::array thresholds{1.0, 2.71, 4.61, 25.0};
  const auto limits = profile.upper_limits(best, 0, thresholds, far);
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const double events = std::sqrt(deficit * deficit + error * error * thresholds[i]) - deficit;
    CHECK(limits[i].status == LimitStatus::closed_from_above);
    CHECK(limits[i].poi / unit == Approx(place(events, Side::small)).epsilon(tolerance));
    CHECK(limits[i].excluded_to / unit == Approx(place(events, Side::large)).epsilon(tolerance));
  }
  // Just below and above what the most events reach: (64^2 - 4^2)/9 = 453.3.
  CHECK(profile.upper_limit(best, 453.3, far).status == LimitStatus::closed_from_above);
  CHECK(profile.upper_limit(best, 453.4, far).status == LimitStatus::none_in_range);
}

TEST_CASE("An excess that two couplings explain has limits above the smaller one") {
  const Profile profile = profile_with(12.0);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(fit::is_converged(best.status));
  CHECK(best.minus_two_log_l == Approx(0.0).margin(1e-8));
  const Limit limit = profile.upper_limit(best, 4.0, far);
  CHECK(limit.status == LimitStatus::closed_from_above);
  CHECK(limit.poi / unit == Approx(place(18.0, Side::small)).epsilon(tolerance));
  CHECK(limit.excluded_to / unit == Approx(place(18.0, Side::large)).epsilon(tolerance));
}

TEST_CASE("Excluded values that end above the largest one have no upper end") {
  const Profile profile = profile_with(0.0);
  const ProfilePoint best = profile.best_fit().best;
  const double upper = place(6.0, Side::large) * unit;
  CHECK(profile.upper_limit(best, 4.0, 1.01 * upper).status == LimitStatus::closed_from_above);
  const Limit open = profile.upper_limit(best, 4.0, 0.99 * upper);
  CHECK(open.status == LimitStatus::ok);
  CHECK(open.poi / unit == Approx(place(6.0, Side::small)).epsilon(tolerance));
  CHECK(std::isnan(open.excluded_to));
  // No value is known above which all are far from the best fit.
  CHECK_FALSE(profile.beyond(best, 25.0, far).has_value());
  CHECK(profile.beyond(best, 25.0, 0.5 * unit).has_value());
}

TEST_CASE("An excess above the most events has its best fit there and excludes larger values") {
  const Profile profile = profile_with(80.0);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(best.minus_two_log_l == Approx(400.0 / 9.0).epsilon(1e-9));
  CHECK(best.poi.front() / unit == Approx(1.0).epsilon(1e-3));
  const Limit limit = profile.upper_limit(best, 4.0, far);
  CHECK(limit.status == LimitStatus::ok);
  const double events = 80.0 - std::sqrt(400.0 + 9.0 * 4.0);
  CHECK(limit.poi / unit == Approx(place(events, Side::large)).epsilon(1e-6));
}
