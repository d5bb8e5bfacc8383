#include "nudipole/math/gauss_legendre.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <functional>
#include <numeric>

using nudipole::math::gauss_legendre;
using nudipole::math::GaussLegendreRule;
using nudipole::math::integrate;

namespace {

double integral_of_power(const GaussLegendreRule& rule, int power) {
  return integrate(rule, -1.0, 1.0, [&](double x) { return std::pow(x, power); });
}

/// Barycentric interpolation (second form) of `function` through the rule's nodes.
double interpolate(const GaussLegendreRule& rule, const std::function<double(double)>& function,
                   double x) {
  double numerator = 0.0;
  double denominator = 0.0;
  for (std::size_t j = 0; j < rule.nodes.size(); ++j) {
    const double share = rule.barycentric_weights[j] / (x - rule.nodes[j]);
    numerator += share * function(rule.nodes[j]);
    denominator += share;
  }
  return numerator / denominator;
}

}  // namespace

TEST_CASE("the five-point rule has its published nodes and weights") {
  // Abramowitz and Stegun, table 25.4, n = 5, 15 digits.
  const GaussLegendreRule& rule = gauss_legendre(5);
  const std::vector<double> nodes{-0.906179845938664, -0.538469310105683, 0.0, 0.538469310105683,
                                  0.906179845938664};
  const std::vector<double> weights{0.236926885056189, 0.478628670499366, 0.568888888888889,
                                    0.478628670499366, 0.236926885056189};
  REQUIRE(rule.nodes.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(rule.nodes[i] == Approx(nodes[i]).margin(1e-15));  // last digit of the table
    CHECK(rule.weights[i] == Approx(weights[i]).margin(1e-15));
  }
}

TEST_CASE("n points integrate polynomials up to degree 2n - 1 exactly") {
  for (int order = 1; order <= 64; ++order) {
    const GaussLegendreRule& rule = gauss_legendre(order);
    REQUIRE(rule.nodes.size() == static_cast<std::size_t>(order));
    double worst = 0.0;
    for (int power = 0; power < 2 * order; ++power) {
      const double exact = power % 2 == 0 ? 2.0 / (power + 1) : 0.0;
      worst = std::max(worst, std::abs(integral_of_power(rule, power) - exact));
    }
    INFO("order " << order);
    CHECK(worst < 1e-14);  // rounding of a sum of 64 terms
  }
}

TEST_CASE("the error at degree 2n is the one of theory") {
  // Abramowitz and Stegun 25.4.30: 2^(2n+1) (n!)^4 / ((2n+1) ((2n)!)^3) x f^(2n), f = x^(2n).
  for (int n = 1; n <= 8; ++n) {
    const double log_error = (2 * n + 1) * std::log(2.0) + 4.0 * std::lgamma(n + 1.0) -
                             std::log(2.0 * n + 1.0) - 2.0 * std::lgamma(2.0 * n + 1.0);
    const double error = 2.0 / (2 * n + 1) - integral_of_power(gauss_legendre(n), 2 * n);
    CHECK(error == Approx(std::exp(log_error)).epsilon(1e-9).margin(1e-15));
  }
}

TEST_CASE("nodes ascend and are symmetric") {
  for (const int order : {1, 2, 7, 16, 63, 64}) {
    const GaussLegendreRule& rule = gauss_legendre(order);
    const auto n = static_cast<std::size_t>(order);
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(rule.nodes[i] == -rule.nodes[n - 1 - i]);
      CHECK(rule.weights[i] == Approx(rule.weights[n - 1 - i]).epsilon(1e-15));
      if (i > 0) CHECK(rule.nodes[i] > rule.nodes[i - 1]);
    }
  }
}

TEST_CASE("barycentric weights interpolate polynomials of degree n - 1 exactly") {
  for (const int order : {2, 3, 8, 16, 17, 32, 64}) {
    const GaussLegendreRule& rule = gauss_legendre(order);
    const auto chebyshev = [&](double x) { return std::cos((order - 1) * std::acos(x)); };
    for (const double x : {-0.9999, -0.61, -0.003, 0.123456789, 0.77, 0.99}) {
      INFO("order " << order << " x " << x);
      // Chebyshev polynomials are at most 1; rounding of acos grows with the degree.
      CHECK(interpolate(rule, chebyshev, x) == Approx(chebyshev(x)).margin(1e-12));
    }
  }
}

TEST_CASE("an integral over an interval is scaled to it") {
  const double value = integrate(gauss_legendre(16), 1.0, 3.0, [](double x) { return 1.0 / x; });
  CHECK(value == Approx(std::log(3.0)).epsilon(1e-14));  // converged: (2 - sqrt 3)^32 = 5e-19
}

TEST_CASE("orders without a rule are refused") {
  for (const int order : {-1, 0, 65}) CHECK_THROWS_AS(gauss_legendre(order), nudipole::Error);
}
