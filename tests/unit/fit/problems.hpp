#pragma once

#include "nudipole/fit/minimise.hpp"

#include <Eigen/Core>

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace nudipole::test {

inline constexpr std::array all_algorithms{fit::Algorithm::automatic, fit::Algorithm::lbfgs,
                                           fit::Algorithm::slsqp, fit::Algorithm::tnewton,
                                           fit::Algorithm::mma};

/// (p - centre)^T H (p - centre)/2 in a box; its minimum in the box follows from the conditions of
/// Karush, Kuhn and Tucker.
inline fit::Problem quadratic(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& centre,
                              std::vector<double> start, std::vector<double> lower,
                              std::vector<double> upper) {
  return {.objective =
              [hessian, centre](std::span<const double> point, std::span<double> gradient) {
                const Eigen::Map<const Eigen::VectorXd> p{point.data(), centre.size()};
                const Eigen::VectorXd slope = hessian * (p - centre);
                if (!gradient.empty()) {
                  Eigen::Map<Eigen::VectorXd>{gradient.data(), centre.size()} = slope;
                }
                return 0.5 * (p - centre).dot(slope);
              },
          .curvature = [hessian](std::span<const double>) { return hessian; },
          .start = std::move(start),
          .lower = std::move(lower),
          .upper = std::move(upper)};
}

/// (1 - a)^2 + 100 (b - a^2)^2, minimum 0 at (1, 1); the curvature is the Gauss-Newton one, J^T J
/// of the two residuals, as expected Hessians are.
inline fit::Problem rosenbrock() {
  return {.objective =
              [](std::span<const double> p, std::span<double> gradient) {
                const double valley = p[1] - p[0] * p[0];
                if (!gradient.empty()) {
                  gradient[0] = -2.0 * (1.0 - p[0]) - 400.0 * p[0] * valley;
                  gradient[1] = 200.0 * valley;
                }
                return (1.0 - p[0]) * (1.0 - p[0]) + 100.0 * valley * valley;
              },
          .curvature =
              [](std::span<const double> p) {
                Eigen::MatrixXd curvature(2, 2);
                curvature << 2.0 + 800.0 * p[0] * p[0], -400.0 * p[0], -400.0 * p[0], 200.0;
                return curvature;
              },
          .start = {-1.2, 1.0},
          .lower = {-5.0, -5.0},
          .upper = {5.0, 5.0}};
}

}  // namespace nudipole::test
