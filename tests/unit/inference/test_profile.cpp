#include "nudipole/inference/profile.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/profiles.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;
using test::toy_definition;
using test::toy_portal;
using test::toy_x;

namespace {

/// The toy and what it measured.
Profile toy_profile(const fit::Settings& settings = {}) {
  return test::profile_of(Joint{{Term{toy_definition("toy")}}}, {toy_portal()}, {test::toy_data()},
                          settings);
}

/// The toy with its own expectation at a coupling as data.
Profile with_signal(double x) {
  const Joint joint{{Term{toy_definition("injected")}}};
  return test::profile_of(
      joint, {toy_portal()},
      joint.expected(test::signals_at(x, {toy_portal()}), std::vector<double>(3)));
}

/// Delta chi2 of a point above the best fit.
double excess(const Profile& profile, const ProfilePoint& best, double x) {
  return profile.at(x).minus_two_log_l - best.minus_two_log_l;
}

}  // namespace

TEST_CASE("An injected signal is recovered") {
  for (const double events : {0.5, 1.0, 10.0, 1000.0}) {
    const double x = events * toy_x;
    const Profile profile = with_signal(x);
    const ProfilePoint best = profile.best_fit().best;
    CHECK(fit::is_converged(best.status));
    CHECK(best.minus_two_log_l == Approx(0.0).margin(1.0e-8));
    // The error of x is of the order of 2 events or 10 %; the fit stops 3e-5 of it away.
    CHECK(best.poi.front() / toy_x == Approx(events).margin(2.0e-4).epsilon(2.0e-5));
    for (const double pull : best.pulls) CHECK(pull == Approx(0.0).margin(2.0e-4));
    const Limit limit = profile.upper_limit(best, 2.71, 1.0e6 * toy_x);
    CHECK(limit.status == LimitStatus::ok);
    CHECK(limit.poi > x);
    CHECK(excess(profile, best, limit.poi) == Approx(2.71).margin(1.0e-7));
  }
}

TEST_CASE("Data without a signal have their best fit at no coupling") {
  const Profile profile = with_signal(0.0);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(best.poi.front() / toy_x == Approx(0.0).margin(2.0e-4));
  CHECK(best.minus_two_log_l == Approx(0.0).margin(1.0e-8));
}

TEST_CASE("The slope of a Poisson profile agrees with finite differences") {
  const Profile profile = toy_profile({.tolerance = 1.0e-14});
  for (const double events : {0.3, 2.0, 20.0}) {
    const double x = events * toy_x;
    const double h = 1.0e-3 * x;
    // Values are good to 1e-9, the step is 1e-3 events or more: 1e-6 at best.
    const double slope = test::central_difference(
        [&](double step) { return profile.at(x + step).minus_two_log_l; }, h);
    CHECK(profile.at(x).slope.front() * toy_x ==
          Approx(slope * toy_x).epsilon(1.0e-4).margin(1.0e-5));
  }
}

TEST_CASE("The best fit is not above any point of the profile") {
  const Profile profile = toy_profile();
  const ProfilePoint best = profile.best_fit().best;
  for (double events = 0.0; events < 30.0; events += 0.25) {
    CHECK(profile.at(events * toy_x).minus_two_log_l >= best.minus_two_log_l - 1.0e-9);
  }
}

TEST_CASE("Limits grow with the threshold") {
  const Profile profile = toy_profile();
  const ProfilePoint best = profile.best_fit().best;
  double previous = best.poi.front();
  for (const double threshold : {0.1, 1.0, 2.71, 4.61, 25.0}) {
    const Limit limit = profile.upper_limit(best, threshold, 1.0e6 * toy_x);
    REQUIRE(limit.status == LimitStatus::ok);
    CHECK(limit.poi > previous);
    CHECK(excess(profile, best, limit.poi) == Approx(threshold).epsilon(1.0e-7));
    previous = limit.poi;
  }
}

TEST_CASE("A limit beyond the largest coupling is none in range, one at it is found") {
  const Profile profile = toy_profile();
  const ProfilePoint best = profile.best_fit().best;
  const double x = profile.upper_limit(best, 2.71, 1.0e6 * toy_x).poi;
  const Limit short_of = profile.upper_limit(best, 2.71, 0.999 * x);
  CHECK(short_of.status == LimitStatus::none_in_range);
  CHECK(std::isnan(short_of.poi));
  const Limit beyond = profile.upper_limit(best, 2.71, 1.001 * x);
  CHECK(beyond.status == LimitStatus::ok);
  CHECK(beyond.poi == Approx(x).epsilon(1.0e-9));
  // A range that ends before the best fit holds no limit either.
  CHECK(profile.upper_limit(best, 2.71, 0.0).status == LimitStatus::none_in_range);
}

TEST_CASE("A mass that cannot be produced has no limit") {
  const Profile profile = test::profile_of(Joint{{Term{toy_definition("toy")}}},
                                           {Eigen::ArrayXd::Zero(6)}, {test::toy_data()});
  CHECK(profile.is_closed());
  const ProfilePoint best = profile.best_fit().best;
  CHECK(best.poi.front() == 0.0);
  CHECK(best.minus_two_log_l == profile.at(toy_x).minus_two_log_l);
  const Limit limit = profile.upper_limit(best, 2.71, 1.0e6 * toy_x);
  CHECK(limit.status == LimitStatus::closed);
  CHECK(std::isnan(limit.poi));
}

TEST_CASE("One open experiment of two keeps a mass open") {
  const Joint joint{{Term{toy_definition("first")}, Term{toy_definition("second")}}};
  CHECK_FALSE(test::profile_of(joint, {Eigen::ArrayXd::Zero(6), toy_portal()},
                               {test::toy_data(), test::toy_data()})
                  .is_closed());
}

TEST_CASE("Fits that do not converge make the limit a failure, never a number") {
  const Profile good = toy_profile();
  const Profile starved = toy_profile({.max_evaluations = 1});
  REQUIRE_FALSE(fit::is_converged(starved.at(toy_x).status));
  for (const double largest : {1.0e6 * toy_x, 0.1 * toy_x}) {
    const Limit limit = starved.upper_limit(good.best_fit().best, 2.71, largest);
    CHECK(limit.status == LimitStatus::failed);
    CHECK(std::isnan(limit.poi));
  }
  const Limit limit = good.upper_limit(starved.best_fit().best, 2.71, 1.0e6 * toy_x);
  CHECK(limit.status == LimitStatus::failed);
}

TEST_CASE("A profile depends on its arguments alone") {
  const Profile profile = toy_profile();
  const ProfilePoint first = profile.at(3.0 * toy_x);
  (void)profile.best_fit().best;
  (void)profile.at(1.0e3 * toy_x);
  const ProfilePoint again = profile.at(3.0 * toy_x);
  CHECK(first.minus_two_log_l == again.minus_two_log_l);
  CHECK(first.pulls == again.pulls);
}

TEST_CASE("Several thresholds share their fits and have the limits that each has alone") {
  const Profile profile = toy_profile();
  const ProfilePoint best = profile.best_fit().best;
  const std::vector<double> thresholds{1.0, 2.71, 4.61, 25.0, 0.1};
  const std::vector<Limit> together = profile.upper_limits(best, 0, thresholds, 1.0e6 * toy_x);
  REQUIRE(together.size() == thresholds.size());
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const Limit alone = profile.upper_limit(best, thresholds[i], 1.0e6 * toy_x);
    CHECK(together[i].status == LimitStatus::ok);
    // Both are roots of one function, which is good to 1e-13 and rises by 0.1 to 25.
    CHECK(together[i].poi == Approx(alone.poi).epsilon(1e-11));
    CHECK(excess(profile, best, together[i].poi) == Approx(thresholds[i]).epsilon(1e-10));
  }
}

TEST_CASE("Beyond a ceiling every point is above it, and none is when all are below") {
  const Profile profile = toy_profile();
  const ProfilePoint best = profile.best_fit().best;
  for (const double ceiling : {5.0, 100.0, 1000.0}) {
    const auto beyond = profile.beyond(best, ceiling, 1.0e9 * toy_x);
    REQUIRE(beyond);
    CHECK(excess(profile, best, *beyond) >= ceiling);
    CHECK(excess(profile, best, *beyond) < 1.5 * ceiling);
    double last = 0.0;
    for (double factor = 1.0; factor < 1.0e3; factor *= 1.7) {
      const double rise = excess(profile, best, factor * *beyond);
      CHECK(rise > last);
      last = rise;
    }
    // It lies above the place where the ceiling is reached.
    const Limit reached = profile.upper_limit(best, ceiling, 1.0e9 * toy_x);
    CHECK(reached.poi <= *beyond);
    CHECK_FALSE(profile.beyond(best, ceiling, 0.9 * reached.poi));
  }
}

TEST_CASE("Another observation is profiled as by a new profile") {
  Profile profile = toy_profile();
  const Joint joint{{Term{toy_definition("toy")}}};
  const Eigen::ArrayXd other = test::toy_data() + 2.0;
  (void)profile.at(toy_x);
  profile.observe(std::make_shared<likelihood::Observation>(joint.observe({other})));
  const Profile fresh = test::profile_of(joint, {toy_portal()}, {other});
  CHECK(profile.at(3.0 * toy_x).minus_two_log_l == fresh.at(3.0 * toy_x).minus_two_log_l);
  CHECK(profile.at(3.0 * toy_x).pulls == fresh.at(3.0 * toy_x).pulls);
  // From another start the same minimum, but for rounding.
  const double x = 3.0 * toy_x;
  CHECK(profile.at(std::span{&x, 1}, {0.5, -0.5, 0.5}).minus_two_log_l ==
        Approx(fresh.at(x).minus_two_log_l).epsilon(1e-13));
  CHECK_THROWS_AS(profile.observe(std::make_shared<likelihood::Observation>()), Error);
}
