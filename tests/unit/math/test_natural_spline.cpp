#include "nudipole/core/error.hpp"
#include "nudipole/math/natural_spline.hpp"
#include "support/catch2.hpp"

#include <vector>

using nudipole::math::NaturalSpline;

namespace {

double sum(const std::vector<double>& weights, const std::vector<double>& values) {
  double total = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) total += weights[i] * values[i];
  return total;
}

}  // namespace

TEST_CASE("A natural spline goes through its values and reproduces straight lines") {
  const std::vector<double> knots{-3.0, -2.0, -1.0, 0.0, 1.5, 2.0, 3.0};
  const NaturalSpline spline{knots};
  REQUIRE(spline.size() == 7);
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const auto weights = spline.at(knots[i]).value;
    for (std::size_t j = 0; j < knots.size(); ++j) {
      CHECK(weights[j] == Approx(i == j ? 1.0 : 0.0).margin(1e-15));
    }
  }
  for (const double x : {-5.0, -2.7, 0.1, 1.9, 4.0}) {
    const auto [value, slope, curvature] = spline.at(x);
    CHECK(sum(value, knots) == Approx(x).epsilon(1e-14));
    CHECK(sum(slope, knots) == Approx(1.0).epsilon(1e-14));
    CHECK(sum(curvature, knots) == Approx(0.0).margin(1e-13));
    CHECK(sum(value, std::vector(7, 2.0)) == Approx(2.0).epsilon(1e-14));
  }
}

TEST_CASE("A natural spline of three points in closed form") {
  // Points 0, 1, 0 at -1, 0, 1: s = 1 - 3/2 x^2 + |x|^3/2; s' = -3 x + 3/2 x |x|.
  const NaturalSpline spline{{-1.0, 0.0, 1.0}};
  const std::vector<double> values{0.0, 1.0, 0.0};
  for (const double x : {-0.9, -0.3, 0.2, 0.5, 0.99}) {
    const auto [value, slope, curvature] = spline.at(x);
    const double size = x < 0.0 ? -x : x;
    CHECK(sum(value, values) ==
          Approx(1.0 - 1.5 * x * x + 0.5 * size * size * size).epsilon(1e-14));
    CHECK(sum(slope, values) == Approx(-3.0 * x + 1.5 * x * size).epsilon(1e-14));
    CHECK(sum(curvature, values) == Approx(-3.0 + 3.0 * size).epsilon(1e-13));
  }
  // Straight on outside, with the slope -3/2 of the end.
  CHECK(sum(spline.at(1.5).value, values) == Approx(-0.75).epsilon(1e-14));
}

TEST_CASE("A natural spline needs ascending knots") {
  CHECK_THROWS_AS(NaturalSpline({1.0}), nudipole::Error);
  CHECK_THROWS_AS(NaturalSpline({1.0, 1.0}), nudipole::Error);
}
