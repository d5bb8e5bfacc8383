// Every algorithm on problems with known minima. A distance of 1e-9 in the value is what the
// minimiser promises; a point may then be off by sqrt(2e-9/curvature).
#include "support/catch2.hpp"
#include "unit/fit/problems.hpp"

#include <cmath>
#include <limits>

using namespace nudipole;
using namespace nudipole::fit;
using test::all_algorithms;
using test::quadratic;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_minimum(const Problem& problem, const std::vector<double>& point, double value,
                   double point_tolerance) {
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    const Result result = minimise(problem, {.algorithm = algorithm});
    INFO("status " << to_string(result.status) << ", evaluations " << result.evaluations);
    CHECK(is_converged(result.status));
    CHECK(result.value == Approx(value).margin(1.0e-8).epsilon(1.0e-9));
    CHECK(result.distance <= std::max(1.0e-9, 1.0e-10 * std::abs(result.value)));
    CHECK(result.distance >= 0.0);
    CHECK(result.evaluations > 0);
    REQUIRE(result.point.size() == point.size());
    for (std::size_t i = 0; i < point.size(); ++i) {
      CHECK(result.point[i] == Approx(point[i]).margin(point_tolerance).epsilon(0.0));
      CHECK(result.point[i] >= problem.lower[i]);
      CHECK(result.point[i] <= problem.upper[i]);
    }
    // The value is that of the point.
    std::vector<double> gradient(point.size());
    CHECK(problem.objective(result.point, gradient) == result.value);
  }
}

Eigen::MatrixXd coupled() {
  Eigen::MatrixXd hessian(2, 2);
  hessian << 2.0, 1.0, 1.0, 4.0;
  return hessian;
}

}  // namespace

TEST_CASE("A minimum inside the box is found") {
  const Eigen::Vector2d centre{0.3, -0.4};
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}), {0.3, -0.4},
                0.0, 1.0e-4);
}

TEST_CASE("A minimum inside the box is found from a corner of it") {
  const Eigen::Vector2d centre{0.3, -0.4};
  check_minimum(quadratic(coupled(), centre, {1.0, 1.0}, {-1.0, -1.0}, {1.0, 1.0}), {0.3, -0.4},
                0.0, 1.0e-4);
}

TEST_CASE("A minimum at one bound moves the other parameter") {
  // Centre (1.5, 0): at a = 1 the slope by b vanishes for 4 b = -(1 - 1.5), b = 0.125; the value is
  // (2 .25 + 2 (-.5)(.125) + 4 .015625)/2 = 0.21875.
  const Eigen::Vector2d centre{1.5, 0.0};
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}), {1.0, 0.125},
                0.21875, 1.0e-4);
}

TEST_CASE("A minimum at a corner is found") {
  // Centre (3, 3): both slopes at (1, 1) are negative, the value is (2 + 2 + 4) 4/2 = 16.
  const Eigen::Vector2d centre{3.0, 3.0};
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}), {1.0, 1.0},
                16.0, 1.0e-6);
}

TEST_CASE("A start at the bound that holds the minimum stays there") {
  const Eigen::Vector2d centre{-2.0, 0.5};
  // a = 0: 4 (b - .5) = -2, b = 0; value (2 4 + 2 2 (-.5) + 4 .25)/2 = 3.5.
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {0.0, -1.0}, {5.0, 1.0}), {0.0, 0.0}, 3.5,
                1.0e-4);
}

TEST_CASE("A start on a bound does not hold an interior minimum back") {
  const Eigen::Vector2d centre{2.0, 0.5};
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {0.0, -1.0}, {5.0, 1.0}), {2.0, 0.5}, 0.0,
                1.0e-4);
}

TEST_CASE("Bounds may be as wide as the numbers") {
  const double widest = std::numeric_limits<double>::max();
  const Eigen::Vector2d centre{3.0, 0.5};
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {0.0, -1.0}, {widest, 1.0}), {3.0, 0.5},
                0.0, 1.0e-4);
  check_minimum(quadratic(coupled(), centre, {0.0, 0.0}, {0.0, -infinity}, {infinity, infinity}),
                {3.0, 0.5}, 0.0, 1.0e-4);
}

TEST_CASE("Scales that differ by a million do no harm") {
  // Eigenvalues 1e6 and 1 on axes turned by 30 degrees: the curvature has strong correlations.
  const double c = std::cos(0.5235987755982988);
  const double s = std::sin(0.5235987755982988);
  Eigen::MatrixXd turn(2, 2);
  turn << c, -s, s, c;
  const Eigen::MatrixXd hessian =
      turn * Eigen::Vector2d{1.0e6, 1.0}.asDiagonal() * turn.transpose();
  const Eigen::Vector2d centre{0.2, -0.3};
  check_minimum(quadratic(hessian, centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}), {0.2, -0.3}, 0.0,
                1.0e-4);
}

TEST_CASE("Scales of the parameters that differ by a million do no harm") {
  const Eigen::Vector3d centre{2.0e-4, -0.3, 40.0};
  const Eigen::MatrixXd hessian = Eigen::Vector3d{1.0e6, 1.0, 1.0e-6}.asDiagonal();
  check_minimum(
      quadratic(hessian, centre, {0.0, 0.0, 0.0}, {-1.0, -1.0, -1.0e4}, {1.0, 1.0, 1.0e4}),
      {2.0e-4, -0.3, 40.0}, 0.0, 0.05);
}

TEST_CASE("Rosenbrock's valley is followed to its end") {
  const Problem problem = test::rosenbrock();
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    const Result result = minimise(problem, {.algorithm = algorithm, .tolerance = 1.0e-14});
    INFO("evaluations " << result.evaluations);
    CHECK(is_converged(result.status));
    // 1e-9 in the value; the valley's curvature of 0.4 makes that 1e-4 along it.
    CHECK(result.value == Approx(0.0).margin(1.0e-8));
    CHECK(result.point[0] == Approx(1.0).margin(1.0e-3));
    CHECK(result.point[1] == Approx(1.0).margin(2.0e-3));
  }
}

TEST_CASE("Without parameters the value itself is the minimum") {
  int calls = 0;
  const Problem problem{.objective =
                            [&](std::span<const double> point, std::span<double> gradient) {
                              ++calls;
                              CHECK(point.empty());
                              CHECK(gradient.empty());
                              return 84.73;
                            },
                        .curvature = {},
                        .start = {},
                        .lower = {},
                        .upper = {}};
  const Result result = minimise(problem, {});
  CHECK(result.value == 84.73);
  CHECK(result.status == FitStatus::converged);
  CHECK(result.point.empty());
  CHECK(result.evaluations == 1);
  CHECK(calls == 1);
}

TEST_CASE("The first algorithm converges alone where the minimum is inside") {
  const Eigen::Vector2d centre{0.3, -0.4};
  const Problem problem = quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0});
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    CHECK(minimise(problem, {.algorithm = algorithm}).status == FitStatus::converged);
  }
  // In whitened coordinates a quadratic is a unit sphere: a handful of evaluations.
  CHECK(minimise(problem, {}).evaluations < 10);
}

TEST_CASE("A fit repeats bit for bit") {
  const Problem problem = test::rosenbrock();
  const Result one = minimise(problem, {});
  const Result other = minimise(problem, {});
  CHECK(one.point == other.point);
  CHECK(one.value == other.value);
  CHECK(one.evaluations == other.evaluations);
}
