// Fits that Newton's iteration goes ahead of, on problems with known minima.
#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "unit/fit/problems.hpp"

#include <cmath>
#include <limits>

using namespace nudipole;
using namespace nudipole::fit;
using test::quadratic;

namespace {

/// The problem with derivatives of the Hessians given.
template <class Exact>
Problem with_derivatives(Problem problem, Exact exact) {
  problem.derivatives = [objective = problem.objective, curvature = problem.curvature, exact](
                            std::span<const double> point, SecondDerivatives kind,
                            std::span<double> gradient, Eigen::MatrixXd& hessian) {
    (void)objective(point, gradient);
    hessian = kind == SecondDerivatives::exact ? exact(point) : curvature(point);
    return true;
  };
  return problem;
}

Problem newton_quadratic(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& centre,
                         std::vector<double> start, std::vector<double> lower,
                         std::vector<double> upper) {
  return with_derivatives(
      quadratic(hessian, centre, std::move(start), std::move(lower), std::move(upper)),
      [hessian](std::span<const double>) { return hessian; });
}

Eigen::MatrixXd coupled() {
  Eigen::MatrixXd hessian(2, 2);
  hessian << 2.0, 1.0, 1.0, 4.0;
  return hessian;
}

Eigen::MatrixXd rosenbrock_hessian(std::span<const double> p) {
  Eigen::MatrixXd hessian(2, 2);
  hessian << 2.0 - 400.0 * (p[1] - 3.0 * p[0] * p[0]), -400.0 * p[0], -400.0 * p[0], 200.0;
  return hessian;
}

/// mu - n ln mu with mu = b + s p: the minimum is at mu = n.
Problem poisson(double n, double b, double s, double start) {
  const auto mu = [b, s](double p) { return b + s * p; };
  Problem problem{.objective =
                      [=](std::span<const double> p, std::span<double> gradient) {
                        if (!(mu(p[0]) > 0.0)) throw NumericalError{"not finite"};
                        if (!gradient.empty()) gradient[0] = s * (1.0 - n / mu(p[0]));
                        return mu(p[0]) - n * std::log(mu(p[0]));
                      },
                  .curvature =
                      [=](std::span<const double> p) {
                        return Eigen::MatrixXd::Constant(1, 1, s * s / mu(p[0]));
                      },
                  .start = {start},
                  .lower = {-1.0e6},
                  .upper = {1.0e6}};
  problem.derivatives = [=](std::span<const double> p, SecondDerivatives,
                            std::span<double> gradient, Eigen::MatrixXd& hessian) {
    if (!(mu(p[0]) > 0.0)) return false;
    gradient[0] = s * (1.0 - n / mu(p[0]));
    hessian(0, 0) = n * s * s / (mu(p[0]) * mu(p[0]));
    return true;
  };
  return problem;
}

}  // namespace

TEST_CASE("A quadratic takes one step and one confirmation") {
  const Eigen::Vector2d centre{0.3, -0.4};
  const Result result =
      minimise(newton_quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}), {});
  CHECK(result.status == FitStatus::converged);
  CHECK(result.point[0] == Approx(0.3).epsilon(1e-14));
  CHECK(result.point[1] == Approx(-0.4).epsilon(1e-14));
  CHECK(result.value == Approx(0.0).margin(1e-28));
  CHECK(result.distance < 1e-14);
  // Derivatives at the start and at the minimum, and NLopt's evaluation there.
  CHECK(result.evaluations == 3);
}

TEST_CASE("Newton's iteration holds parameters at bounds and lets them go") {
  // As in test_minimise: the minimum in the box is at (1, 0.125) with 0.21875, from any start.
  const Eigen::Vector2d centre{1.5, 0.0};
  for (const std::vector<double>& start : {std::vector{0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0}}) {
    const Result result =
        minimise(newton_quadratic(coupled(), centre, start, {-1.0, -1.0}, {1.0, 1.0}), {});
    CHECK(is_converged(result.status));
    CHECK(result.point[0] == 1.0);
    CHECK(result.point[1] == Approx(0.125).epsilon(1e-12));
    CHECK(result.value == Approx(0.21875).epsilon(1e-14));
  }
}

TEST_CASE("Where the exact Hessian is indefinite the positive one leads on") {
  // At (0, 1) Rosenbrock's Hessian has the eigenvalues -398 and 200.
  Problem problem = with_derivatives(test::rosenbrock(), rosenbrock_hessian);
  for (const std::vector<double>& start : {std::vector{0.0, 1.0}, {-1.2, 1.0}, {2.0, -3.0}}) {
    problem.start = start;
    const Result result = minimise(problem, {});
    CHECK(is_converged(result.status));
    CHECK(result.value == Approx(0.0).margin(1e-13));
    CHECK(result.point[0] == Approx(1.0).margin(1e-6));
    CHECK(result.point[1] == Approx(1.0).margin(2e-6));
  }
}

TEST_CASE("A step that leaves the domain or overshoots is shortened") {
  // From mu far above n the full step ends below zero; from far below it overshoots by n/mu.
  for (const double start : {50.0, 5.0, 0.0, -4.99}) {
    const Result result = minimise(poisson(3.0, 5.0, 1.0, start), {});
    INFO("start " << start);
    CHECK(result.status == FitStatus::converged);
    CHECK(result.point[0] == Approx(-2.0).epsilon(1e-7));
    CHECK(result.value == Approx(3.0 - 3.0 * std::log(3.0)).epsilon(1e-14));
    CHECK(result.evaluations < 30);
  }
}

TEST_CASE("Wrong derivatives cost time, not the minimum") {
  const Eigen::Vector2d centre{0.3, -0.4};
  Problem problem = newton_quadratic(coupled(), centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0});
  const Derivatives right = problem.derivatives;
  const auto check = [&](const Derivatives& wrong) {
    problem.derivatives = wrong;
    const Result result = minimise(problem, {});
    CHECK(is_converged(result.status));
    CHECK(result.point[0] == Approx(0.3).margin(1e-4));
    CHECK(result.value == Approx(0.0).margin(1e-8));
  };
  check([](auto, auto, auto, auto&) { return false; });
  check([&right](auto point, auto kind, std::span<double> gradient, Eigen::MatrixXd& hessian) {
    const bool known = right(point, kind, gradient, hessian);
    gradient[0] += 1.0;
    return known;
  });
  check([&right](auto point, auto kind, std::span<double> gradient, Eigen::MatrixXd& hessian) {
    const bool known = right(point, kind, gradient, hessian);
    hessian *= -1.0;
    return known;
  });
  check([](auto, auto, std::span<double> gradient, Eigen::MatrixXd& hessian) {
    gradient[0] = std::numeric_limits<double>::quiet_NaN();
    hessian.setIdentity();
    return true;
  });
}

TEST_CASE("A start may be given, and the memory of one fit leaves nothing to the next") {
  const Problem problem = with_derivatives(test::rosenbrock(), rosenbrock_hessian);
  Minimiser minimiser{problem, {}};
  const Result first = minimiser.from(problem.start);
  (void)minimiser.from(std::vector{4.0, -4.0});
  const Result again = minimiser.from(problem.start);
  CHECK(first.point == again.point);
  CHECK(first.value == again.value);
  CHECK(first.evaluations == again.evaluations);
  CHECK(minimiser.from(std::vector{1.0, 1.0}).evaluations < first.evaluations);
}

namespace {

/// A double well in x, whose right one is lower, and a parabola in y. Newton's iteration is told of
/// another function, which falls to the left all the way: it ends at the bound in the left well.
Problem wells(double start) {
  Problem problem{.objective =
                      [](std::span<const double> p, std::span<double> gradient) {
                        const double x = p[0];
                        const double y = p[1] - 0.3;
                        if (!gradient.empty()) {
                          gradient[0] = 4.0 * x * (x * x - 1.0) - 0.3;
                          gradient[1] = 2.0 * y;
                        }
                        return (x * x - 1.0) * (x * x - 1.0) - 0.3 * x + y * y;
                      },
                  .curvature =
                      [](std::span<const double>) {
                        return Eigen::MatrixXd{Eigen::Vector2d{8.0, 2.0}.asDiagonal()};
                      },
                  .start = {start, 0.0},
                  .lower = {-0.95, -1.0},
                  .upper = {3.0, 1.0}};
  problem.derivatives = [](std::span<const double> p, SecondDerivatives, std::span<double> gradient,
                           Eigen::MatrixXd& hessian) {
    gradient[0] = p[0] + 5.0;
    gradient[1] = 2.0 * (p[1] - 0.3);
    hessian = Eigen::Vector2d{1.0, 2.0}.asDiagonal();
    return true;
  };
  return problem;
}

}  // namespace

TEST_CASE("A minimum at a bound gives way to a lower one that is found from the same start") {
  const Result right = minimise(wells(0.2), {});
  CHECK(right.status == FitStatus::converged_fallback);
  CHECK(right.point[0] == Approx(1.0355).epsilon(1e-4));  // the larger root of 4x(x^2 - 1) = 0.3
  CHECK(right.point[1] == Approx(0.3).epsilon(1e-6));

  const Result left = minimise(wells(-0.6), {});
  CHECK(left.status == FitStatus::converged);
  CHECK(left.point[0] == -0.95);
  CHECK(left.point[1] == Approx(0.3).epsilon(1e-12));
  // The second way ends where it comes near the known minimum: it is not verified once more.
  CHECK(left.evaluations < right.evaluations);
}
