#include "nudipole/core/error.hpp"
#include "nudipole/likelihood/term.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/signals.hpp"
#include "support/variations.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <array>
#include <cmath>
#include <random>

using namespace nudipole;
using namespace nudipole::likelihood;
using namespace nudipole::prediction;

namespace {

/// Error about h^2.
template <class Function>
double slope(const Function& value) {
  return test::central_difference(value, 1.0e-5);
}

/// The toy of toy_term.hpp with two shape nuisances, one of them one-sided: the signal and the
/// portal carry both, the second background the one-sided alone.
Term::Definition shaped_definition() {
  Term::Definition definition = test::toy_definition("shaped");
  definition.nuisances.push_back({.name = "shape", .lower = -3.0, .upper = 3.0});
  definition.nuisances.push_back({.name = "mirrored", .lower = -3.0, .upper = 3.0});
  const auto both = test::vary({parabola(3), straight_line(4)});
  const auto vary = [](const Eigen::ArrayXXd& nominal, std::size_t variants) {
    Eigen::ArrayXXd columns(nominal.rows(), static_cast<Eigen::Index>(variants));
    for (Eigen::Index v = 0; v < columns.cols(); ++v) {
      const Eigen::ArrayXd tilt =
          Eigen::ArrayXd::LinSpaced(nominal.rows(), 1.0 + 0.05 * static_cast<double>(v),
                                    1.0 - 0.04 * static_cast<double>(v * v));
      columns.col(v) = nominal.col(0) * tilt;
    }
    return columns;
  };
  definition.components[0].events = vary(definition.components[0].events, 4);
  definition.components[0].variations = both;
  definition.components[3].variations = test::vary({straight_line(4)});
  definition.components[3].events = vary(definition.components[3].events, 2);
  definition.signal_variations = both;
  return definition;
}

Eigen::ArrayXXd shaped_portal() {
  Eigen::ArrayXXd portal(6, 4);
  for (Eigen::Index v = 0; v < 4; ++v) {
    portal.col(v) = test::toy_portal() *
                    (1.0 + 0.1 * static_cast<double>(v * v) - 0.2 * static_cast<double>(v));
  }
  return portal;
}

}  // namespace

TEST_CASE("A shape follows the value of its nuisance: a wider prior reaches further") {
  Term::Definition wide = shaped_definition();
  wide.nuisances[3].width = 2.0;
  wide.nuisances[4].centre = 0.5;
  const Term plain{shaped_definition()};
  const Term changed{wide};
  const Eigen::ArrayXXd portal = shaped_portal();
  const double x = test::toy_x;
  const std::vector<double> pulls{0.1, -0.2, 0.3, 0.6, -0.4};
  const std::vector<double> values{0.1, -0.2, 0.3, 1.2, 0.1};
  CHECK((changed.expected(test::signal_at(x, portal), pulls) ==
         plain.expected(test::signal_at(x, portal), values))
            .all());
  std::vector<double> gradient(6);
  (void)changed.evaluate(test::signal_at(x, portal), pulls, test::toy_observed(), gradient);
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    const double by_pull = slope([&](double step) {
      std::vector<double> moved = pulls;
      moved[k] += step;
      return changed.evaluate(test::signal_at(x, portal), moved, test::toy_observed(), {});
    });
    CHECK(gradient[1 + k] == Approx(by_pull).epsilon(1e-6).margin(1e-7));
  }
}

TEST_CASE("Variations give each variant at its own pull") {
  const auto variations = test::vary({parabola(1), straight_line(0)});
  CHECK(variations->variant_count() == 4);
  CHECK(variations->nuisances() == std::vector<std::size_t>{1, 0});
  const auto weights = [&](double mirrored, double shape) {
    return variations->weights(std::array{mirrored, shape}).weights;
  };
  CHECK(weights(0.0, 0.0) == Eigen::Vector4d(1.0, 0.0, 0.0, 0.0));
  CHECK(weights(0.0, -1.0) == Eigen::Vector4d(0.0, 1.0, 0.0, 0.0));
  CHECK(weights(0.0, 1.0) == Eigen::Vector4d(0.0, 0.0, 1.0, 0.0));
  CHECK(weights(1.0, 0.0) == Eigen::Vector4d(0.0, 0.0, 0.0, 1.0));
  // The mirror image of a one-sided variant: 2 nominal - plus.
  CHECK(weights(-1.0, 0.0) == Eigen::Vector4d(2.0, 0.0, 0.0, -1.0));
  // Parabola through 0, 0, 1 at -1, 0, 1 has 0.375 at 1/2, and its tangent 1 + 1.5 = 2.5 at 2.
  CHECK(weights(0.0, 0.5)(2) == Approx(0.375).epsilon(1e-15));
  CHECK(weights(0.0, 2.0)(2) == Approx(2.5).epsilon(1e-15));
  CHECK(weights(0.0, -2.0)(2) == Approx(0.5).epsilon(1e-15));
  for (const double p : {-2.3, -1.0, -0.4, 0.9, 1.0, 3.0})
    CHECK(weights(p, p).sum() == Approx(1.0));
}

TEST_CASE("Weights have the slopes they claim, also across +-1") {
  const auto variations = test::vary({parabola(0), straight_line(1)});
  for (const double p : {-2.0, -1.0, -0.7, 0.0, 0.3, 1.0, 1.6}) {
    const std::array<double, 2> pulls{p, -0.5 * p};
    const VariantWeights at = variations->weights(pulls);
    for (std::size_t k = 0; k < 2; ++k) {
      for (Eigen::Index v = 0; v < 4; ++v) {
        const double by_pull = slope([&](double step) {
          std::array<double, 2> moved = pulls;
          moved[k] += step;
          return variations->weights(moved).weights(v);
        });
        // At +-1 the slope is continuous and the curvature is not: error about h = 1e-5.
        CHECK(at.by_value(v, static_cast<Eigen::Index>(k)) ==
              Approx(by_pull).epsilon(0.0).margin(2e-5));
      }
    }
  }
}

TEST_CASE("The gradient of a likelihood with variations agrees with finite differences") {
  const Term term{shaped_definition()};
  const Eigen::ArrayXXd portal = shaped_portal();
  std::mt19937 generator{21081299};
  std::uniform_real_distribution<double> uniform{-1.4, 1.4};
  for (int trial = 0; trial < 20; ++trial) {
    std::array<double, 5> pulls{};
    for (double& pull : pulls) pull = uniform(generator);
    const double x = test::toy_x * 0.2 * trial;
    std::array<double, 6> gradient{};
    term.evaluate(test::signal_at(x, portal), pulls, test::toy_observed(), gradient);
    const double by_x = slope([&](double step) {
      return term.evaluate(test::signal_at(x + step * test::toy_x, portal), pulls,
                           test::toy_observed(), {});
    });
    CHECK(gradient[0] * test::toy_x == Approx(by_x).epsilon(1e-6).margin(1e-7));
    for (std::size_t k = 0; k < pulls.size(); ++k) {
      const double by_pull = slope([&](double step) {
        std::array<double, 5> moved = pulls;
        moved[k] += step;
        return term.evaluate(test::signal_at(x, portal), moved, test::toy_observed(), {});
      });
      CHECK(gradient[1 + k] == Approx(by_pull).epsilon(1e-6).margin(1e-7));
    }
  }
}

TEST_CASE("A floored Poisson deviance is the plain one above its floor") {
  Eigen::ArrayXd counts(3);
  counts << 4.0, 0.0, 2.0;
  Eigen::ArrayXd expected(3);
  expected << 3.0, 0.7, 0.1;
  Eigen::ArrayXd plain_slope;
  Eigen::ArrayXd slope_floored;
  const Observed observed = poisson_deviance()->observe(counts);
  const double plain = poisson_deviance()->deviance(expected, observed, plain_slope);
  CHECK(poisson_deviance(0.1)->deviance(expected, observed, slope_floored) == plain);
  CHECK((plain_slope == slope_floored).all());
  CHECK((poisson_deviance(0.1)->curvature(expected) == poisson_deviance()->curvature(expected))
            .all());
}

TEST_CASE("Below the floor the deviance stays finite, smooth and growing") {
  const auto statistic = poisson_deviance(0.01);
  const Observed two = statistic->observe(Eigen::ArrayXd::Constant(1, 2.0));
  const auto value = [&](double mu) {
    Eigen::ArrayXd ignored;
    return statistic->deviance(Eigen::ArrayXd::Constant(1, mu), two, ignored);
  };
  // f^2/(2 f - mu) at mu = -0.08 is 1e-4/0.1 = 0.001.
  CHECK(value(-0.08) == Approx(2.0 * (0.001 - 2.0 + 2.0 * std::log(2.0 / 0.001))).epsilon(1e-13));
  for (const double mu : {-5.0, -0.08, 0.0, 0.009, 0.0100001, 0.3}) {
    Eigen::ArrayXd by_mu;
    statistic->deviance(Eigen::ArrayXd::Constant(1, mu), two, by_mu);
    constexpr double h = 1e-8;
    const auto around = [&](double step) { return value(mu + step); };
    CHECK(by_mu(0) == Approx(test::central_difference(around, h)).epsilon(1e-5));
    CHECK(statistic->curvature(Eigen::ArrayXd::Constant(1, mu))(0) > 0.0);
    CHECK(value(mu - 0.1) > value(mu));
  }
  CHECK(std::isfinite(value(-1e6)));
}
