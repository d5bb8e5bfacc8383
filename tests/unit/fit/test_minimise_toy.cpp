// A likelihood of two parameters against brute force.
#include "support/catch2.hpp"
#include "unit/fit/problems.hpp"

#include <array>
#include <cmath>

using namespace nudipole;
using namespace nudipole::fit;

namespace {

constexpr std::array<double, 4> counts{14.0, 9.0, 3.0, 0.0};
constexpr std::array<double, 4> signal{6.0, 3.0, 1.0, 0.2};
constexpr std::array<double, 4> background{5.0, 5.0, 4.0, 1.0};

/// -2 ln L = 2 sum [mu - n + n ln(n/mu)] + b^2 with mu = a S + (1 + 0.3 b) B.
double toy(std::span<const double> p, std::span<double> gradient) {
  double value = p[1] * p[1];
  double by_a = 0.0;
  double by_b = 2.0 * p[1];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double mu = p[0] * signal[i] + (1.0 + 0.3 * p[1]) * background[i];
    value += 2.0 * (mu - counts[i]);
    if (counts[i] > 0.0) value += 2.0 * counts[i] * std::log(counts[i] / mu);
    const double slope = 2.0 * (1.0 - counts[i] / mu);
    by_a += slope * signal[i];
    by_b += slope * 0.3 * background[i];
  }
  if (!gradient.empty()) {
    gradient[0] = by_a;
    gradient[1] = by_b;
  }
  return value;
}

Problem toy_problem(std::vector<double> start) {
  Eigen::MatrixXd curvature(2, 2);
  curvature << 6.0, 2.5, 2.5, 4.0;
  return {.objective = toy,
          .curvature = [curvature](std::span<const double>) { return curvature; },
          .start = std::move(start),
          .lower = {0.0, -3.0},
          .upper = {5.0, 5.0}};
}

struct GridMinimum {
  double value;
  std::array<double, 2> point;
};

GridMinimum scan(std::array<double, 2> lower, std::array<double, 2> upper, int steps) {
  GridMinimum best{.value = 1.0e300, .point = lower};
  for (int i = 0; i <= steps; ++i) {
    for (int j = 0; j <= steps; ++j) {
      const std::array<double, 2> point{lower[0] + (upper[0] - lower[0]) * i / steps,
                                        lower[1] + (upper[1] - lower[1]) * j / steps};
      const double value = toy(point, {});
      if (value < best.value) best = {value, point};
    }
  }
  return best;
}

/// Brute force: grids around the best point so far, each finer than the one before.
GridMinimum brute_minimum() {
  GridMinimum best = scan({0.0, -3.0}, {5.0, 5.0}, 200);
  for (double half = 0.1; half > 1.0e-6; half *= 0.1) {
    best = scan({std::max(0.0, best.point[0] - half), best.point[1] - half},
                {best.point[0] + half, best.point[1] + half}, 100);
  }
  return best;
}

}  // namespace

TEST_CASE("The minimiser agrees with a brute grid, from five starts, by every algorithm") {
  const GridMinimum brute = brute_minimum();
  CHECK(brute.point[0] > 0.5);  // inside the box
  const std::array<std::array<double, 2>, 5> starts{
      {{0.0, 0.0}, {5.0, 5.0}, {0.0, 5.0}, {5.0, -3.0}, {1.0, -2.5}}};
  for (const auto& start : starts) {
    for (const Algorithm algorithm : test::all_algorithms) {
      INFO("from " << start[0] << ", " << start[1] << " by " << to_string(algorithm));
      const Result result = minimise(toy_problem({start[0], start[1]}), {.algorithm = algorithm});
      CHECK(is_converged(result.status));
      CHECK(result.value == Approx(brute.value).margin(1.0e-8));
      // 1e-9 in the value is 3e-5 standard errors or less than 1e-4 in the parameters.
      CHECK(result.point[0] == Approx(brute.point[0]).margin(1.0e-4));
      CHECK(result.point[1] == Approx(brute.point[1]).margin(1.0e-4));
    }
  }
}
