#include "nudipole/core/error.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/prediction/variation.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/signals.hpp"
#include "support/variations.hpp"

#include <array>
#include <cmath>
#include <vector>

using namespace nudipole;
using prediction::parabola;
using prediction::spline;
using prediction::straight_line;
using prediction::VariantWeights;
using prediction::Variations;

namespace {

/// Two shape nuisances, number 2 and number 0 of the term, with 3 and 7 variants each.
std::shared_ptr<const Variations> two_axes() {
  return test::vary(
      {spline(2, {0.0, -1.0, 1.0}), spline(0, {0.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0})});
}

}  // namespace

TEST_CASE("A spline is exact at the variants, the nominal one comes first") {
  const auto variations = two_axes();
  REQUIRE(variations->variant_count() == 21);
  CHECK(variations->nuisances() == std::vector<std::size_t>{2, 0});
  const std::vector<double> first{0.0, -1.0, 1.0};
  const std::vector<double> second{0.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0};
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (std::size_t j = 0; j < second.size(); ++j) {
      const std::array pulls{second[j], 99.0, first[i]};
      const Eigen::VectorXd weights = variations->weights(pulls).weights;
      for (std::size_t v = 0; v < 21; ++v) {
        CHECK(weights(static_cast<Eigen::Index>(v)) ==
              Approx(v == 7 * i + j ? 1.0 : 0.0).margin(1e-14));
      }
    }
  }
}

TEST_CASE("A spline has the derivatives of its weights, also at and beyond the variants") {
  const auto variations = two_axes();
  constexpr double h = 1e-5;
  for (const double a : {-1.7, -1.0, -0.2, 0.0, 0.6, 1.0, 1.3}) {
    for (const double b : {-3.5, -3.0, -2.5, -1.0, 0.0, 0.3, 2.0, 2.9, 3.2}) {
      const VariantWeights here = variations->weights(std::array{b, 0.0, a});
      const auto at = [&](const auto& values) { return variations->weights(values).weights; };
      const std::array values{b, 0.0, a};
      const Eigen::VectorXd by_first = test::central_difference(at, values, std::size_t{2}, h);
      const Eigen::VectorXd by_second = test::central_difference(at, values, std::size_t{0}, h);
      // Third derivatives are below 100 and jump at the variants: error 100 h^2/6, rounding 1e-11.
      CHECK((here.by_value.col(0) - by_first).cwiseAbs().maxCoeff() < 1e-8);
      CHECK((here.by_value.col(1) - by_second).cwiseAbs().maxCoeff() < 1e-8);
    }
  }
}

TEST_CASE("Two axes are the product of both splines") {
  const auto single = test::vary({spline(0, {0.0, -1.0, 1.0})});
  const auto both = test::vary({spline(0, {0.0, -1.0, 1.0}), spline(1, {0.0, 1.0, 2.0})});
  // Values a_i that do not depend on the second axis: the second spline must drop out.
  Eigen::VectorXd values(9);
  values << 1.0, 1.0, 1.0, 0.4, 0.4, 0.4, 2.5, 2.5, 2.5;
  const Eigen::Vector3d alone{1.0, 0.4, 2.5};
  for (const double t : {-0.8, 0.3}) {
    CHECK(values.dot(both->weights(std::array{t, 1.4}).weights) ==
          Approx(alone.dot(single->weights(std::array{t}).weights)).epsilon(1e-14));
  }
}

TEST_CASE("A term with splines has the right gradient") {
  const auto variations = two_axes();
  Eigen::ArrayXXd events(3, 21);
  Eigen::ArrayXXd portal(3, 21);
  for (Eigen::Index v = 0; v < 21; ++v) {
    const auto s = static_cast<double>(v);
    events.col(v) << 5.0 + 0.1 * s, 7.0 - 0.05 * s, 3.0 + std::sin(s);
    portal.col(v) << 1.0 + 0.02 * s, 2.0, 1.5 + 0.1 * std::cos(s);
  }
  const likelihood::Term term{{.name = "toy",
                               .bin_count = 3,
                               .statistic = likelihood::poisson_deviance(),
                               .nuisances = {{.name = "b", .lower = -3.0, .upper = 3.0},
                                             {.name = "norm", .width = 0.2},
                                             {.name = "a", .lower = -1.0, .upper = 1.0}},
                               .components = {{"cevns", events, {1}, variations}},
                               .signal_scaled_by = {1},
                               .signal_variations = variations}};
  const likelihood::Observed observed = term.observe(Eigen::Array3d{6.0, 9.0, 2.0});
  const std::array pulls{0.7, -0.4, 0.35};
  std::array<double, 4> gradient{};
  (void)term.evaluate(test::signal_at(1.3, portal), pulls, observed, gradient);
  constexpr double h = 1e-6;
  for (std::size_t k = 0; k < 4; ++k) {
    const auto value = [&](double step) {
      auto shifted = pulls;
      if (k > 0) shifted[k - 1] += step;
      return term.evaluate(test::signal_at(1.3 + (k == 0 ? step : 0.0), portal), shifted, observed,
                           {});
    };
    // Central differences: truncation and rounding are near 1e-9.
    CHECK(gradient[k] == Approx(test::central_difference(value, h)).epsilon(1e-7).margin(1e-8));
  }
}

TEST_CASE("Points that do not fit their interpolation are refused") {
  CHECK_THROWS_AS(test::vary({spline(0, {-1.0, 0.0})}), Error);
  CHECK_THROWS_AS(test::vary({spline(0, {0.0})}), Error);
  CHECK_THROWS_AS(test::vary({spline(0, {0.0, 1.0, 1.0})}), Error);
  for (const std::vector<double>& points :
       {std::vector{0.0}, std::vector{0.0, 1.0, -1.0}, std::vector{0.0, 2.0}}) {
    CHECK_THROWS_AS(test::vary({{0, points, prediction::Interpolation::parabola}}), Error);
  }
}

TEST_CASE("Parabolas and splines together: variants are all products, exact and smooth") {
  // Given in mixed order: parabolas come first, nuisances 3 and 1, then the splines of 0 and 2.
  const auto all = test::vary(
      {spline(0, {0.0, -1.0, 1.0}), parabola(3), spline(2, {0.0, 2.0}), straight_line(1)});
  REQUIRE(all->variant_count() == 4 * 3 * 2);
  CHECK(all->nuisances() == std::vector<std::size_t>{3, 1, 0, 2});
  // Pulls of nuisances 3 and 1 at each version of the parabolas.
  constexpr std::array<std::array<double, 2>, 4> versions{
      {{0.0, 0.0}, {-1.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}}};
  Eigen::Index variant = 0;
  for (const auto& [third, first] : versions) {
    for (const double zeroth : {0.0, -1.0, 1.0}) {
      for (const double second : {0.0, 2.0}) {
        const Eigen::VectorXd weights =
            all->weights(std::array{zeroth, first, second, third}).weights;
        CHECK((weights - Eigen::VectorXd::Unit(24, variant)).cwiseAbs().maxCoeff() < 1e-14);
        ++variant;
      }
    }
  }
  constexpr double h = 1e-5;
  const std::array pulls{0.4, -0.8, 1.3, 0.55};
  const VariantWeights here = all->weights(pulls);
  const auto at = [&](const auto& values) { return all->weights(values).weights; };
  for (std::size_t column = 0; column < 4; ++column) {
    const Eigen::VectorXd slope = test::central_difference(at, pulls, all->nuisances()[column], h);
    // Third derivatives are below 10: error 10 h^2/6, rounding 1e-11.
    CHECK((here.by_value.col(static_cast<Eigen::Index>(column)) - slope).cwiseAbs().maxCoeff() <
          1e-9);
  }
}
