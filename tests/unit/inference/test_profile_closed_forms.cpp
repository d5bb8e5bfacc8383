// One Gaussian bin: everything is known in closed form. With background B, portal template D,
// measured n +- s:   -2 ln L(x) = (n - B - x D)^2/v(x), where the variance v is s^2 without
// nuisances, s^2 + (w B)^2 when a nuisance of width w scales the background, and
// s^2 + (w x D)^2 when it scales the portal signal.
#include "nudipole/inference/profile.hpp"

#include "support/catch2.hpp"
#include "support/profiles.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;

namespace {

constexpr double error = 3.0;
constexpr double expected_background = 40.0;
constexpr double width = 0.1;
constexpr double portal_per_mu_B2 = 5.0e18;
constexpr double unit = 1.0 / portal_per_mu_B2;  ///< x of one portal event [mu_B^2]
constexpr double largest = 1.0e4 * unit;

enum class Scaled { nothing, background, portal };

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

/// Profile of one bin.
Profile one_bin_profile(double measured, Scaled scaled) {
  Term::Definition definition{.name = "bin",
                              .bin_count = 1,
                              .statistic = likelihood::gaussian_chi2(one_bin(error)),
                              .nuisances = {},
                              .components = {{"background", one_bin(expected_background), {}}},
                              .signal_scaled_by = {}};
  if (scaled != Scaled::nothing) {
    definition.nuisances.push_back({.name = "w", .width = width, .lower = -0.99, .upper = 2.0});
  }
  if (scaled == Scaled::background) definition.components.front().scaled_by = {0};
  if (scaled == Scaled::portal) definition.signal_scaled_by = {0};
  return test::profile_of(Joint{{Term{definition}}}, {one_bin(portal_per_mu_B2)},
                          {one_bin(measured)});
}

}  // namespace

TEST_CASE("Without nuisances and with an excess the best fit is the excess") {
  const Profile profile = one_bin_profile(expected_background + 12.0, Scaled::nothing);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(fit::is_converged(best.status));
  CHECK(best.minus_two_log_l == Approx(0.0).margin(1.0e-8));
  // 1e-9 in -2 ln L is 3e-5 standard errors of 3 events.
  CHECK(best.poi.front() / unit == Approx(12.0).margin(2.0e-4));
  for (const double threshold : {1.0, 2.71, 4.61}) {
    const Limit limit = profile.upper_limit(best, threshold, largest);
    CHECK(limit.status == LimitStatus::ok);
    CHECK(limit.poi / unit == Approx(12.0 + std::sqrt(threshold) * error).epsilon(1.0e-9));
  }
}

TEST_CASE("Without nuisances and with a deficit the best fit is no coupling") {
  const double deficit = 7.0;
  const Profile profile = one_bin_profile(expected_background - deficit, Scaled::nothing);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(best.poi.front() == 0.0);
  CHECK(best.status == fit::FitStatus::converged);
  CHECK(best.minus_two_log_l == Approx(deficit * deficit / (error * error)).epsilon(1.0e-13));
  CHECK(best.slope.front() * unit == Approx(2.0 * deficit / (error * error)).epsilon(1.0e-13));
  for (const double threshold : {2.71, 4.61}) {
    const double events = std::sqrt(deficit * deficit + threshold * error * error) - deficit;
    CHECK(profile.upper_limit(best, threshold, largest).poi / unit ==
          Approx(events).epsilon(1.0e-9));
  }
}

TEST_CASE("A nuisance of the background widens the error in quadrature") {
  const double variance = error * error + width * width * expected_background * expected_background;
  for (const double excess : {-7.0, 12.0}) {
    const Profile profile = one_bin_profile(expected_background + excess, Scaled::background);
    for (const double events : {0.0, 2.0, 30.0}) {
      const ProfilePoint point = profile.at(events * unit);
      const double residual = excess - events;
      CHECK(fit::is_converged(point.status));
      CHECK(point.minus_two_log_l == Approx(residual * residual / variance).margin(2.0e-9));
      REQUIRE(point.pulls.size() == 1);
      CHECK(point.pulls[0] ==
            Approx(width * expected_background * residual / variance).margin(5.0e-5));
    }
    const ProfilePoint best = profile.best_fit().best;
    const double best_events = std::max(excess, 0.0);
    CHECK(best.poi.front() / unit == Approx(best_events).margin(5.0e-4));
    const double deficit = std::max(-excess, 0.0);
    const double limit = std::sqrt(deficit * deficit + 2.71 * variance) - deficit + best_events;
    CHECK(profile.upper_limit(best, 2.71, largest).poi / unit == Approx(limit).epsilon(1.0e-8));
  }
}

TEST_CASE("A nuisance of the signal weakens the limit as in the closed profile") {
  const double excess = 4.0;
  const Profile profile = one_bin_profile(expected_background + excess, Scaled::portal);
  for (const double events : {1.0, 6.0, 15.0}) {
    const ProfilePoint point = profile.at(events * unit);
    const double variance = error * error + width * width * events * events;
    const double residual = excess - events;
    CHECK(point.minus_two_log_l == Approx(residual * residual / variance).margin(2.0e-9));
    CHECK(point.pulls[0] == Approx(width * events * residual / variance).margin(5.0e-5));
  }
  // (e - x)^2 = t (s^2 + w^2 x^2) has the upper root
  // x = [e + sqrt(e^2 - (1 - t w^2)(e^2 - t s^2))]/(1 - t w^2); the best fit is x = e exactly.
  for (const double threshold : {2.71, 4.61}) {
    const double a = 1.0 - threshold * width * width;
    const double limit =
        (excess + std::sqrt(excess * excess - a * (excess * excess - threshold * error * error))) /
        a;
    CHECK(profile.upper_limit(profile.best_fit().best, threshold, largest).poi / unit ==
          Approx(limit).epsilon(1.0e-8));
  }
}

TEST_CASE("The slope along the profile is that of the profile itself") {
  // Envelope theorem: the pulls' own change does not count. d/dx of residual^2/variance is
  // -2 residual D/variance; pulls good to 5e-5 leave the slope good to about as much.
  const double variance = error * error + width * width * expected_background * expected_background;
  const Profile profile = one_bin_profile(expected_background + 12.0, Scaled::background);
  for (const double events : {0.0, 5.0, 30.0}) {
    CHECK(profile.at(events * unit).slope.front() * unit ==
          Approx(-2.0 * (12.0 - events) / variance).epsilon(1.0e-4));
  }
}

TEST_CASE("A pull stops at its bound") {
  // The nuisance may lower the background by 99 % at most: 0.4 events are left.
  const Profile profile = one_bin_profile(-1000.0, Scaled::background);
  const ProfilePoint point = profile.at(0.0);
  CHECK(fit::is_converged(point.status));
  CHECK(point.pulls[0] == Approx(-9.9).epsilon(1.0e-12));
  CHECK(point.minus_two_log_l ==
        Approx(1000.4 * 1000.4 / (error * error) + 9.9 * 9.9).epsilon(1.0e-12));
}
