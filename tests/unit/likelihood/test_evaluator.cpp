// The evaluator of fits against the formula, bin by bin, and against differences of its gradient.
#include "nudipole/likelihood/evaluator.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/likelihood/electron_capture_background.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/plain_likelihood.hpp"
#include "support/signals.hpp"
#include "support/variations.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>

// Sanitizers have their own malloc; there the count stays 0.
#if defined(__SANITIZE_ADDRESS__)
#define NUDIPOLE_COUNTS_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NUDIPOLE_COUNTS_MALLOC 0
#endif
#endif
#ifndef NUDIPOLE_COUNTS_MALLOC
#define NUDIPOLE_COUNTS_MALLOC 1
#endif

namespace {

/// Calls of malloc in this program: Eigen's arrays do not go by operator new, which ends there too.
std::size_t taken_from_memory = 0;

}  // namespace

#if NUDIPOLE_COUNTS_MALLOC
extern "C" {
// What glibc's malloc is called for those who replace it.
void* __libc_malloc(std::size_t size);  // NOLINT(bugprone-reserved-identifier)
void* malloc(std::size_t size) noexcept {
  ++taken_from_memory;
  return __libc_malloc(size);
}
}
#endif

using namespace nudipole;
using namespace nudipole::likelihood;
using test::toy_portal;

namespace {

using Pulls = std::vector<double>;

Eigen::ArrayXXd variants_of(const Eigen::ArrayXd& nominal, Eigen::Index count) {
  Eigen::ArrayXXd variants(nominal.size(), count);
  for (Eigen::Index v = 0; v < count; ++v) {
    const auto tilt = 0.07 * static_cast<double>(v);
    variants.col(v) = nominal * Eigen::ArrayXd::LinSpaced(nominal.size(), 1.0 + tilt, 1.0 - tilt);
  }
  return variants;
}

/// The toy with a shape by a parabola and a straight line (signal and the component that scales
/// with it), one by two splines, and a background of free shape: 13 nuisances.
Term with_everything(const std::shared_ptr<const Statistic>& statistic) {
  Term::Definition definition = test::toy_definition("everything");
  definition.statistic = statistic;
  for (const char* name : {"tilt", "bend", "light", "charge"}) {
    definition.nuisances.push_back({.name = name, .lower = -3.0, .upper = 3.0});
  }
  const auto shapes = test::vary({prediction::parabola(3), prediction::straight_line(4)});
  definition.signal_variations = shapes;
  definition.components[0].variations = shapes;
  definition.components[0].events = variants_of(definition.components[0].events.col(0), 4);
  definition.components[1].variations =
      test::vary({prediction::spline(5, {0.0, -1.0, 1.0}), prediction::spline(6, {0.0, 1.0, 2.0})});
  definition.components[1].events = variants_of(definition.components[1].events.col(0), 9);
  std::array<std::size_t, electron_capture_parameter_count> places{};
  std::iota(places.begin(), places.end(), definition.nuisances.size());
  const std::array values{0.6, 1.5, 0.4, -1.0, 1.2, 0.25, 0.3};
  for (std::size_t i = 0; i < places.size(); ++i) {
    definition.nuisances.push_back({.name = "free" + std::to_string(i),
                                    .centre = values[i],
                                    .width = 0.1,
                                    .prior = Prior::none,
                                    .lower = values[i] - 0.2,
                                    .upper = values[i] + 0.2});
  }
  definition.parametric = {electron_capture_background("capture", {0.3, 0.6, 0.9, 1.2, 1.5, 1.8},
                                                       {.reference_energy_keV = 0.3,
                                                        .l2_energy_keV = 1.0,
                                                        .l2_share = 0.1,
                                                        .m_energy_keV = 0.4,
                                                        .m_width_keV = 0.3},
                                                       places)};
  return Term{std::move(definition)};
}

/// Two terms that share some of their nuisances.
Joint two_terms() {
  return Joint{{with_everything(poisson_deviance()), Term{test::toy_definition("plain", 3.0)}}};
}

std::vector<prediction::SignalPoint> signals(double x) {
  return test::signals_at(x, {variants_of(toy_portal(), 4), toy_portal()});
}

Pulls some_pulls() {
  return {0.4, -0.7, 0.9, 0.6, -0.3, 0.5, -1.2, 0.3, -0.5, 0.8, 0.2, -0.9, 0.4, -0.2};
}

std::vector<std::size_t> all_of(const Joint& joint) {
  std::vector<std::size_t> all(1 + joint.nuisances().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

TEST_CASE("Value, gradient, parts and expectation are those of the formula") {
  const Joint joint = two_terms();
  const Observation observation = joint.observe({test::toy_data(), test::toy_data(3.0)});
  REQUIRE(joint.nuisances().size() == some_pulls().size());
  Evaluator evaluator{joint, 1, all_of(joint)};
  // The same evaluator at several points: nothing of one may be left at the next.
  for (const double x : {test::toy_x, 0.0, 7.0 * test::toy_x}) {
    const auto points = signals(x);
    evaluator.set_signals(points);
    for (const double factor : {1.0, -0.5, 0.0}) {
      Pulls pulls = some_pulls();
      for (double& pull : pulls) pull *= factor;
      std::vector<double> gradient(1 + pulls.size());
      const double value = evaluator.value(pulls, observation, gradient);
      const test::PlainValue plain = test::plain_evaluate(joint, points, pulls, observation);
      // The same sums in another order: rounding.
      CHECK(value == Approx(plain.value).epsilon(1e-13));
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        INFO("x " << x << ", factor " << factor << ", parameter " << i);
        CHECK(gradient[i] == Approx(plain.gradient[i]).epsilon(1e-11).margin(1e-11));
      }
      CHECK(std::accumulate(evaluator.parts().begin(), evaluator.parts().end(), 0.0) ==
            Approx(value).epsilon(1e-14));
      CHECK(evaluator.slope(0) == Approx(plain.gradient[0]).epsilon(1e-11));
      CHECK(joint.evaluate(points, pulls, observation, {}) == value);
    }
  }
}

TEST_CASE("The exact Hessian is that of the gradient's differences, for every statistic") {
  const std::vector<std::shared_ptr<const Statistic>> statistics{
      poisson_deviance(), poisson_deviance(25.0),
      gaussian_chi2(Eigen::ArrayXd::LinSpaced(6, 1.0, 3.0))};
  for (std::size_t s = 0; s < statistics.size(); ++s) {
    const Joint joint{{with_everything(statistics[s])}};
    const Observation observation = joint.observe({test::toy_data()});
    const std::vector<std::size_t> all = all_of(joint);
    Evaluator evaluator{joint, 1, all};
    // Parameters [x in units of toy_x, pulls...].
    const auto gradient_at = [&](const std::vector<double>& at) {
      const auto points = test::signals_at(at[0] * test::toy_x, {variants_of(toy_portal(), 4)});
      evaluator.set_signals(points);
      Eigen::ArrayXd gradient(static_cast<Eigen::Index>(all.size()));
      (void)evaluator.value(std::span{at}.subspan(1), observation, {gradient.data(), all.size()});
      gradient(0) *= test::toy_x;
      return gradient;
    };
    std::vector<double> at = some_pulls();
    at.insert(at.begin(), 2.0);
    const auto points = test::signals_at(at[0] * test::toy_x, {variants_of(toy_portal(), 4)});
    evaluator.set_signals(points);
    std::vector<double> gradient(all.size());
    Eigen::MatrixXd hessian;
    REQUIRE(evaluator.derivatives(std::span{at}.subspan(1), observation, Hessian::observed,
                                  gradient, hessian));
    hessian.row(0) *= test::toy_x;
    hessian.col(0) *= test::toy_x;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Eigen::ArrayXd column = test::central_difference(gradient_at, at, i, 1e-5);
      for (std::size_t j = 0; j < all.size(); ++j) {
        INFO("statistic " << s << ", parameters " << i << ", " << j);
        // Differences: rounding 1e-13 x 100/1e-5 = 1e-6, third derivatives of 100 x 1e-10.
        CHECK(hessian(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) ==
              Approx(column(static_cast<Eigen::Index>(j))).epsilon(1e-6).margin(1e-5));
      }
    }
  }
}

TEST_CASE("The expected Hessian is the exact one of data that follow the prediction, on a line") {
  // Without second derivatives of mu: the plain toy at n = mu.
  const Joint joint{{Term{test::toy_definition("plain")}}};
  const auto points = test::signals_at(test::toy_x, {toy_portal()});
  const Pulls pulls{0.3, -0.2, 0.5};
  const Observation observation = joint.observe(joint.expected(points, pulls));
  Evaluator evaluator{joint, 1, {1, 2, 3}};
  evaluator.set_signals(points);
  std::vector<double> gradient(3);
  Eigen::MatrixXd exact;
  Eigen::MatrixXd expected;
  Eigen::MatrixXd alone;
  REQUIRE(evaluator.derivatives(pulls, observation, Hessian::observed, gradient, exact));
  REQUIRE(evaluator.derivatives(pulls, observation, Hessian::expected, gradient, expected));
  evaluator.curvature(pulls, alone);
  CHECK(expected == alone);
  CHECK(exact.isApprox(expected, 1e-13));
  CHECK(expected.isApprox(joint.curvature(points, pulls).bottomRightCorner(3, 3), 1e-13));
}

TEST_CASE("Only what moves has derivatives") {
  const Joint joint = two_terms();
  const Observation observation = joint.observe({test::toy_data(), test::toy_data(3.0)});
  const auto points = signals(test::toy_x);
  const Pulls pulls = some_pulls();
  Evaluator all{joint, 1, all_of(joint)};
  Evaluator few{joint, 1, {1, 4, 8}};
  all.set_signals(points);
  few.set_signals(points);
  std::vector<double> whole(15);
  std::vector<double> part(3);
  Eigen::MatrixXd hessian;
  Eigen::MatrixXd block;
  REQUIRE(all.derivatives(pulls, observation, Hessian::observed, whole, hessian));
  REQUIRE(few.derivatives(pulls, observation, Hessian::observed, part, block));
  CHECK(part == std::vector{whole[1], whole[4], whole[8]});
  const std::array<Eigen::Index, 3> rows{1, 4, 8};
  CHECK(block.isApprox(hessian(rows, rows), 1e-14));
  CHECK(few.value(pulls, observation, part) == all.value(pulls, observation, whole));
  CHECK(few.slope(0) == all.slope(0));
}

TEST_CASE("Where -2 ln L has no value derivatives say so") {
  const Joint joint{{Term{test::toy_definition("plain")}}};
  const Observation observation = joint.observe({test::toy_data()});
  Evaluator evaluator{joint, 1, {1, 2, 3}};
  const auto points = test::signals_at(-100.0 * test::toy_x, {toy_portal()});
  evaluator.set_signals(points);
  std::vector<double> gradient(3);
  Eigen::MatrixXd hessian;
  CHECK_FALSE(evaluator.derivatives(Pulls(3), observation, Hessian::observed, gradient, hessian));
  CHECK_THROWS_AS((void)evaluator.value(Pulls(3), observation, gradient), NumericalError);
}

TEST_CASE("An evaluation takes no memory") {
  for (const double floor : {0.01, 25.0}) {  // the second bends some predictions
    const Joint joint{{with_everything(poisson_deviance(floor))}};
    const Observation observation = joint.observe({test::toy_data()});
    const prediction::LinearSignal signal{{variants_of(toy_portal(), 4)}};
    std::vector<prediction::SignalPoint> points{signal.at(std::array{test::toy_x})};
    Evaluator evaluator{joint, 1, all_of(joint)};
    const Pulls pulls = some_pulls();
    std::vector<double> gradient(1 + pulls.size());
    Eigen::MatrixXd hessian;
    const auto evaluate = [&](double x) {
      signal.move(points.front(), std::array{x});
      evaluator.set_signals(points);
      double sum = evaluator.value(pulls, observation, gradient);
      for (const Hessian kind : {Hessian::observed, Hessian::expected}) {
        (void)evaluator.derivatives(pulls, observation, kind, gradient, hessian);
        sum += hessian(0, 0);
      }
      return sum + evaluator.slope(0);
    };
    (void)evaluate(test::toy_x);  // the first evaluation may
    const std::size_t before = taken_from_memory;
    double sum = 0.0;
    for (int i = 0; i < 10; ++i) sum += evaluate(i * test::toy_x);
    CHECK(taken_from_memory == before);
    CHECK(std::isfinite(sum));
#if NUDIPOLE_COUNTS_MALLOC
    // The count itself counts: an array does take memory.
    const Eigen::ArrayXd counted = Eigen::ArrayXd::Constant(100, sum);
    CHECK(taken_from_memory > before);
    CHECK(counted(99) == sum);
#endif
  }
}
