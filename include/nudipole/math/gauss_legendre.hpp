#pragma once

#include <vector>

namespace nudipole::math {

/// Gauss-Legendre rule on [-1, 1]: integrates polynomials up to degree 2n - 1 exactly.
struct GaussLegendreRule {
  std::vector<double> nodes;    ///< [n], ascending
  std::vector<double> weights;  ///< [n], sum 2
  /// Weights of barycentric Lagrange interpolation through the nodes [n]:
  /// (-1)^j sqrt((1 - x_j^2) w_j), up to a common factor
  /// (Wang and Xiang, Math. Comp. 81 (2012) 861, theorem 3.1).
  std::vector<double> barycentric_weights;
};

/// Rule of `order` points, 1 to 64. The returned reference lives as long as the program.
/// \throws Error for an order outside that range
const GaussLegendreRule& gauss_legendre(int order);

/// Integral of `function` over [lower, upper] with one rule.
template <class Function>
double integrate(const GaussLegendreRule& rule, double lower, double upper, Function&& function) {
  const double half = 0.5 * (upper - lower);
  const double centre = 0.5 * (upper + lower);
  double sum = 0.0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    sum += rule.weights[i] * function(centre + half * rule.nodes[i]);
  }
  return half * sum;
}

}  // namespace nudipole::math
