// Signals of several parameters of interest, linear and not.
#include "nudipole/core/error.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/prediction/single_signal.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/profiles.hpp"
#include "support/variations.hpp"
#include "unit/inference/decaying_signal.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <optional>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;
using prediction::Signals;
using test::toy_data;

namespace {

/// The toy with a nuisance that tilts the signal.
Joint tilted() {
  Term::Definition definition = test::toy_definition("tilted");
  definition.nuisances.push_back({.name = "tilt", .lower = -3.0, .upper = 3.0});
  definition.signal_variations = test::vary({prediction::parabola(3)});
  return Joint{{Term{definition}}};
}

std::shared_ptr<const prediction::Signal> decaying() {
  Eigen::ArrayXXd variants(6, 3);
  const Eigen::ArrayXd nominal = 1.0e-18 * test::toy_portal();
  variants.col(0) = nominal;
  variants.col(1) = nominal * Eigen::ArrayXd::LinSpaced(6, 0.8, 1.2);
  variants.col(2) = nominal * Eigen::ArrayXd::LinSpaced(6, 1.3, 0.9);
  return std::make_shared<test::DecayingSignal>(variants, Eigen::ArrayXd::LinSpaced(6, 0.05, 0.3));
}

Profile profile_of(const Joint& joint, Signals signals, std::vector<Eigen::ArrayXd> data) {
  return {std::make_shared<Joint>(joint),
          std::move(signals),
          std::make_shared<likelihood::Observation>(joint.observe(std::move(data))),
          {}};
}

Eigen::ArrayXd bins(double first, double second) { return Eigen::Array2d{first, second}; }

/// Two Gaussian bins with errors 2 and 5 above a background of 10 and 20, without nuisances.
/// d mu/d poi = ((3, 1), (1, 4)): each parameter reaches both bins.
Profile two_bins(double first, double second) {
  Term::Definition definition{.name = "bins",
                              .bin_count = 2,
                              .statistic = likelihood::gaussian_chi2(bins(2.0, 5.0)),
                              .nuisances = {},
                              .components = {{"background", bins(10.0, 20.0)}},
                              .signal_scaled_by = {}};
  const auto signal = std::make_shared<prediction::LinearSignal>(
      std::vector<Eigen::ArrayXXd>{bins(3.0, 1.0), bins(1.0, 4.0)});
  return profile_of(Joint{{Term{std::move(definition)}}}, {signal}, {bins(first, second)});
}

double chi2(double first, double second, double p, double q) {
  return std::pow((first - 10.0 - 3.0 * p - q) / 2.0, 2) +
         std::pow((second - 20.0 - p - 4.0 * q) / 5.0, 2);
}

}  // namespace

TEST_CASE("A signal that is not linear has the gradient of its finite differences") {
  const Joint joint = tilted();
  const auto observation = joint.observe({toy_data()});
  const auto signal = decaying();
  const std::array<double, 6> point{1.3, 0.7, 0.4, -0.6, 0.8, -1.2};  // p, q, then pulls
  const auto value = [&](const std::array<double, 6>& at, std::span<double> gradient) {
    const std::array points{signal->at(std::span{at}.first(2))};
    return joint.evaluate(points, std::span{at}.subspan(2), observation, gradient);
  };
  std::array<double, 6> gradient{};
  (void)value(point, gradient);
  for (std::size_t i = 0; i < 6; ++i) {
    // Central differences: truncation about h^2 = 1e-10, rounding 1e-13/h = 1e-8.
    constexpr double h = 1.0e-5;
    const auto at = [&](const auto& moved) { return value(moved, {}); };
    INFO("parameter " << i);
    CHECK(gradient[i] ==
          Approx(test::central_difference(at, point, i, h)).epsilon(1e-6).margin(1e-7));
  }
}

TEST_CASE("The curvature by parameters of a signal that is not linear is J^T C J") {
  const Joint joint = tilted();
  const Term& term = joint.terms().front();
  const auto signal = decaying();
  const std::array<double, 6> point{1.3, 0.7, 0.4, -0.6, 0.8, -1.2};
  const auto expected = [&](const std::array<double, 6>& at) {
    return term.expected(signal->at(std::span{at}.first(2)), std::span{at}.subspan(2));
  };
  Eigen::MatrixXd jacobian(6, 6);
  for (std::size_t i = 0; i < 6; ++i) {
    constexpr double h = 1.0e-6;
    jacobian.col(static_cast<Eigen::Index>(i)) = test::central_difference(expected, point, i, h);
  }
  const Eigen::VectorXd weights = term.statistic().curvature(expected(point)).matrix();
  const Eigen::MatrixXd wanted = jacobian.transpose() * weights.asDiagonal() * jacobian;
  CHECK(term.curvature(signal->at(std::span{point}.first(2)), std::span{point}.subspan(2))
            .isApprox(wanted, 1.0e-7));
}

TEST_CASE("The best fit of a signal that is not linear is not above its neighbours") {
  const Joint joint = tilted();
  const auto signal = decaying();
  const std::array truth{signal->at(std::array{2.0, 1.5})};
  const Profile profile =
      profile_of(joint, {signal}, joint.expected(truth, std::vector<double>(4)));
  const BestFit fits = profile.best_fit();
  CHECK(fit::is_converged(fits.best.status));
  CHECK(fits.best.minus_two_log_l == Approx(0.0).margin(1e-8));
  CHECK(fits.without_signal.minus_two_log_l == profile.at(std::array{0.0, 0.0}).minus_two_log_l);
  CHECK(fits.without_signal.minus_two_log_l > 0.1);
}

TEST_CASE("Two parameters of interest inside: the minimum solves both bins") {
  // 3 p + q = 7, p + 4 q = 6: p = 2, q = 1.
  const Profile profile = two_bins(17.0, 26.0);
  const BestFit fits = profile.best_fit();
  CHECK(fit::is_converged(fits.best.status));
  // 1e-9 of -2 ln L is 3e-5 standard errors of less than 1.3.
  CHECK(fits.best.poi[0] == Approx(2.0).margin(2e-4));
  CHECK(fits.best.poi[1] == Approx(1.0).margin(2e-4));
  CHECK(fits.best.minus_two_log_l == Approx(0.0).margin(1e-8));
  CHECK(fits.without_signal.minus_two_log_l == Approx(chi2(17.0, 26.0, 0, 0)).epsilon(1e-13));
  REQUIRE(fits.without_signal.slope.size() == 2);
  // d chi2/dp = -2 [3 x 7/4 + 6/25], d chi2/dq = -2 [7/4 + 4 x 6/25].
  CHECK(fits.without_signal.slope[0] == Approx(-2.0 * (21.0 / 4.0 + 6.0 / 25.0)).epsilon(1e-13));
  CHECK(fits.without_signal.slope[1] == Approx(-2.0 * (7.0 / 4.0 + 24.0 / 25.0)).epsilon(1e-13));
}

TEST_CASE("A parameter of interest that is given stays, the other finds its minimum") {
  const Profile profile = two_bins(17.0, 26.0);
  // q = 2: residuals 5 - 3 p and -2 - p: p = (3 x 5/4 - 2/25)/(9/4 + 1/25).
  const std::array<std::optional<double>, 2> given{std::nullopt, 2.0};
  const ProfilePoint point = profile.minimum(given);
  CHECK(fit::is_converged(point.status));
  CHECK(point.poi[1] == 2.0);
  const double p = (15.0 / 4.0 - 2.0 / 25.0) / (9.0 / 4.0 + 1.0 / 25.0);
  CHECK(point.poi[0] == Approx(p).margin(5e-5));
  CHECK(point.minus_two_log_l == Approx(chi2(17.0, 26.0, p, 2.0)).margin(2e-9));
  const std::array<std::optional<double>, 2> both{0.5, 2.0};
  CHECK(profile.minimum(both).minus_two_log_l == profile.at(std::array{0.5, 2.0}).minus_two_log_l);
}

TEST_CASE("A parameter of interest whose minimum is negative stops at zero") {
  // 3 p + q = 7, p + 4 q = -4 needs q < 0; with q = 0: p = (21/4 - 4/25)/(9/4 + 1/25).
  const Profile profile = two_bins(17.0, 16.0);
  const ProfilePoint best = profile.best_fit().best;
  CHECK(fit::is_converged(best.status));
  CHECK(best.poi[1] == Approx(0.0).margin(1e-12));
  const double p = (21.0 / 4.0 - 4.0 / 25.0) / (9.0 / 4.0 + 1.0 / 25.0);
  CHECK(best.poi[0] == Approx(p).margin(5e-5));
  CHECK(best.slope[1] > 0.0);
  // Both negative: the fit without signal is the best one.
  const BestFit none = two_bins(9.0, 18.0).best_fit();
  CHECK(none.best.poi == std::vector<double>{0.0, 0.0});
  CHECK(none.best.minus_two_log_l == none.without_signal.minus_two_log_l);
}

TEST_CASE("A parameter of interest that the data do not see stays at zero") {
  const Joint joint{{Term{test::toy_definition("toy")}}};
  const auto signal = std::make_shared<prediction::LinearSignal>(
      std::vector<Eigen::ArrayXXd>{Eigen::ArrayXXd::Zero(6, 1), test::toy_portal()});
  const Eigen::ArrayXd data = toy_data() + 10.0e-18 * test::toy_portal();
  const ProfilePoint best = profile_of(joint, {signal}, {data}).best_fit().best;
  const ProfilePoint alone = test::profile_of(joint, {test::toy_portal()}, {data}).best_fit().best;
  CHECK(best.poi[0] == 0.0);
  CHECK(best.poi[1] == alone.poi[0]);
  CHECK(best.poi[1] > 0.0);
}

namespace {

/// Curvature 1/2 d^2 chi2 of two_bins: [p, p], [p, q], [q, q].
constexpr double f_pp = 9.0 / 4.0 + 1.0 / 25.0;
constexpr double f_pq = 3.0 / 4.0 + 4.0 / 25.0;
constexpr double f_qq = 1.0 / 4.0 + 16.0 / 25.0;

}  // namespace

TEST_CASE("A limit with the other parameter profiled is that of a Gaussian, inside and at zero") {
  // chi2 is the square form of f about (2, 1). With q free, q = 1 - (p - 2) f_pq/f_qq, which is 0
  // at p = 2.978; up to there Delta chi2 = (p - 2)^2 (f_pp - f_pq^2/f_qq).
  const Profile profile = two_bins(17.0, 26.0);
  const ProfilePoint best = profile.best_fit().best;
  const double free = f_pp - f_pq * f_pq / f_qq;
  const Limit inside = profile.upper_limit(best, 0, 1.0, 1e3);
  CHECK(inside.status == LimitStatus::ok);
  // 1e-9 of -2 ln L of the best fit is 1e-9/(2 free) in p.
  CHECK(inside.poi == Approx(2.0 + std::sqrt(1.0 / free)).epsilon(1e-8));
  // Beyond, q = 0: f_pp (p - 2)^2 - 2 f_pq (p - 2) + f_qq = 4.61.
  const Limit at_zero = profile.upper_limit(best, 0, 4.61, 1e3);
  const double step = (f_pq + std::sqrt(f_pq * f_pq - f_pp * (f_qq - 4.61))) / f_pp;
  CHECK(step > f_qq / f_pq);
  CHECK(at_zero.poi == Approx(2.0 + step).epsilon(1e-8));
  // q, whose other parameter p stays inside.
  const Limit other = profile.upper_limit(best, 1, 2.71, 1e3);
  CHECK(other.poi == Approx(1.0 + std::sqrt(2.71 / (f_qq - f_pq * f_pq / f_pp))).epsilon(1e-8));
  // It begins at the best value of its own parameter: this one is below that of p.
  const Limit near = profile.upper_limit(best, 1, 0.05, 1e3);
  CHECK(near.poi == Approx(1.0 + std::sqrt(0.05 / (f_qq - f_pq * f_pq / f_pp))).epsilon(1e-6));
  CHECK(profile.upper_limit(best, 1, 2.71, 2.0).status == LimitStatus::none_in_range);
}

TEST_CASE("A limit with the other parameter at zero is that of a signal of one parameter") {
  // At q = 0 the residuals are 7 - 3 p and 6 - p: best p = (21/4 + 6/25)/f_pp.
  const Profile both = two_bins(17.0, 26.0);
  const Joint joint{{Term{{.name = "bins",
                           .bin_count = 2,
                           .statistic = likelihood::gaussian_chi2(bins(2.0, 5.0)),
                           .nuisances = {},
                           .components = {{"background", bins(10.0, 20.0)}},
                           .signal_scaled_by = {}}}}};
  const Signals signals{std::make_shared<prediction::LinearSignal>(
      std::vector<Eigen::ArrayXXd>{bins(3.0, 1.0), bins(1.0, 4.0)})};
  const Profile alone = profile_of(joint, prediction::along(signals, 0), {bins(17.0, 26.0)});
  CHECK(alone.poi_count() == 1);
  CHECK(alone.at(1.7).minus_two_log_l == both.at(std::array{1.7, 0.0}).minus_two_log_l);
  const Profile other = profile_of(joint, prediction::along(signals, 1), {bins(17.0, 26.0)});
  CHECK(other.at(1.7).minus_two_log_l == both.at(std::array{0.0, 1.7}).minus_two_log_l);
  const Limit limit = alone.upper_limit(alone.best_fit().best, 2.71, 1e3);
  CHECK(limit.poi ==
        Approx((21.0 / 4.0 + 6.0 / 25.0) / f_pp + std::sqrt(2.71 / f_pp)).epsilon(1e-8));
}

TEST_CASE("A parameter of interest without events has no limit, and is closed by itself") {
  const Joint joint{{Term{test::toy_definition("toy")}}};
  const Signals signals{std::make_shared<prediction::LinearSignal>(
      std::vector<Eigen::ArrayXXd>{Eigen::ArrayXXd::Zero(6, 1), test::toy_portal()})};
  const Profile profile = profile_of(joint, signals, {toy_data()});
  const ProfilePoint best = profile.best_fit().best;
  CHECK(profile.upper_limit(best, 0, 2.71, 1e-10).status == LimitStatus::closed);
  CHECK(profile.upper_limit(best, 1, 2.71, 1e-10).status == LimitStatus::ok);
  CHECK(prediction::along(signals, 0).front()->is_closed());
  CHECK_FALSE(prediction::along(signals, 1).front()->is_closed());
}

TEST_CASE("A limit on several parameters of interest names one of them") {
  const Profile profile = two_bins(17.0, 26.0);
  const ProfilePoint best = profile.best_fit().best;
  CHECK_THROWS_AS((void)profile.upper_limit(best, 2.71, 1e3), Error);
  CHECK_THROWS_AS((void)profile.lower_end(best, 2.71), Error);
}

TEST_CASE("Likelihood, signals and data must belong together") {
  const auto joint = std::make_shared<Joint>(std::vector{Term{test::toy_definition("toy")}});
  const auto observation = std::make_shared<likelihood::Observation>(joint->observe({toy_data()}));
  CHECK_THROWS_AS(Profile(joint, {}, observation, {}), Error);
  CHECK_THROWS_AS(Profile(joint, test::linear_signals({test::toy_portal()}),
                          std::make_shared<likelihood::Observation>(), {}),
                  Error);
}
