#include "nudipole/math/gauss_legendre.hpp"

#include "nudipole/core/error.hpp"

#include <boost/math/special_functions/legendre.hpp>

#include <array>
#include <cmath>
#include <mutex>

namespace nudipole::math {
namespace {

constexpr int max_order = 64;

GaussLegendreRule make_rule(int order) {
  const std::vector<double> positive = boost::math::legendre_p_zeros<double>(order);
  GaussLegendreRule rule;
  for (auto zero = positive.rbegin(); zero != positive.rend(); ++zero) {
    if (*zero > 0.0) rule.nodes.push_back(-*zero);
  }
  rule.nodes.insert(rule.nodes.end(), positive.begin(), positive.end());
  double sign = 1.0;
  for (const double x : rule.nodes) {
    const double slope = boost::math::legendre_p_prime(order, x);
    const double weight = 2.0 / ((1.0 - x * x) * slope * slope);
    rule.weights.push_back(weight);
    rule.barycentric_weights.push_back(sign * std::sqrt((1.0 - x * x) * weight));
    sign = -sign;
  }
  return rule;
}

}  // namespace

const GaussLegendreRule& gauss_legendre(int order) {
  if (order < 1 || order > max_order) {
    throw Error(ErrorKind::unexpected, "no Gauss-Legendre rule of order " + std::to_string(order));
  }
  static std::array<GaussLegendreRule, max_order + 1> rules;
  static std::array<std::once_flag, max_order + 1> made;
  const auto index = static_cast<std::size_t>(order);
  std::call_once(made[index], [&] { rules[index] = make_rule(order); });
  return rules[index];
}

}  // namespace nudipole::math
