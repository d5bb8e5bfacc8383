#include "nudipole/inference/signal_strength.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/throws_like.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Role;
using likelihood::Term;

namespace {

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

/// 20 + 5 signal events of two components above 40, error 6; the signal has a nuisance of 10 %.
Term::Definition definition() {
  return {
      .name = "bin",
      .bin_count = 1,
      .statistic = likelihood::gaussian_chi2(one_bin(6.0)),
      .nuisances = {{.name = "w", .width = 0.1, .lower = -0.9, .upper = 2.0}},
      .components =
          {{.name = "nuclei", .events = one_bin(20.0), .scaled_by = {0}, .role = Role::signal},
           {.name = "other", .events = one_bin(40.0)},
           {.name = "electrons", .events = one_bin(5.0), .scaled_by = {0}, .role = Role::signal}},
      .signal_scaled_by = {0}};
}

SignalStrength fitted(const Joint& joint, double measured) {
  return fit_signal_strength(
      joint, std::make_shared<likelihood::Observation>(joint.observe({one_bin(measured)})), {},
      1.0);
}

}  // namespace

TEST_CASE("The strength of the signal is the excess over the prediction, with its closed errors") {
  const SignalStrength strength = fitted(Joint{{Term{definition()}}}, 60.0);
  CHECK(strength.standard_model_events == 25.0);
  // 20 of 25 events. 1e-9 of -2 ln L is 3e-5 standard errors of 0.25.
  CHECK(strength.best == Approx(0.8).margin(2e-5));
  // -2 ln L(mu) = (20 - 25 mu)^2/(6^2 + (2.5 mu)^2) is 1 where
  // (625 - 6.25) mu^2 - 1000 mu + 400 - 36 = 0; it is 25/42.25 at mu = 1.
  const double root = std::sqrt(1.0e6 - 4.0 * 618.75 * 364.0);
  CHECK(strength.lower == Approx((1000.0 - root) / (2.0 * 618.75)).epsilon(1e-7));
  CHECK(strength.upper == Approx((1000.0 + root) / (2.0 * 618.75)).epsilon(1e-7));
  CHECK(strength.standard_model.minus_two_log_l == Approx(25.0 / 42.25).margin(1e-8));
  CHECK(strength.best_fit.minus_two_log_l == Approx(0.0).margin(1e-8));
}

TEST_CASE("Nothing is the strength of a signal that is not there") {
  Term::Definition without = definition();
  for (likelihood::Component& component : without.components) component.role = Role::background;
  test::check_throws<ConfigError>([&] { (void)fitted(Joint{{Term{without}}}, 60.0); },
                                  {"bin", "no Standard Model signal"});
}
