#include "nudipole/math/natural_spline.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <functional>

namespace nudipole::math {
namespace {

/// Second derivatives at the knots of the spline that is 1 at knot `one` and 0 at the others: the
/// tridiagonal equations of a continuous first derivative, with 0 at both ends.
std::vector<double> second_derivatives(const std::vector<double>& x, std::size_t one) {
  const std::size_t n = x.size();
  const auto value = [one](std::size_t i) { return i == one ? 1.0 : 0.0; };
  std::vector<double> ratio(n);   // super-diagonal after elimination
  std::vector<double> result(n);  // right-hand side, then the solution
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double left = x[i] - x[i - 1];
    const double right = x[i + 1] - x[i];
    const double jump =
        6.0 * ((value(i + 1) - value(i)) / right - (value(i) - value(i - 1)) / left);
    const double pivot = 2.0 * (left + right) - left * ratio[i - 1];
    ratio[i] = right / pivot;
    result[i] = (jump - left * result[i - 1]) / pivot;
  }
  for (std::size_t i = n - 1; i-- > 1;) result[i] -= ratio[i] * result[i + 1];
  return result;
}

}  // namespace

NaturalSpline::NaturalSpline(std::vector<double> knots) : knots_(std::move(knots)) {
  const std::size_t n = knots_.size();
  if (n < 2 || std::ranges::adjacent_find(knots_, std::greater_equal{}) != knots_.end()) {
    throw Error(ErrorKind::unexpected, "a spline needs two or more ascending knots");
  }
  curvature_.resize(n * n);
  for (std::size_t value = 0; value < n; ++value) {
    const std::vector<double> column = second_derivatives(knots_, value);
    for (std::size_t knot = 0; knot < n; ++knot) curvature_[knot * n + value] = column[knot];
  }
}

NaturalSpline::Weights NaturalSpline::at(double x) const {
  Weights weights;
  at(x, weights);
  return weights;
}

void NaturalSpline::at(double x, Weights& weights) const {
  const std::size_t n = knots_.size();
  const double inside = std::clamp(x, knots_.front(), knots_.back());
  const auto upper = std::upper_bound(knots_.begin() + 1, knots_.end() - 1, inside);
  const auto k = static_cast<std::size_t>(upper - knots_.begin());
  const double h = knots_[k] - knots_[k - 1];
  const double b = (inside - knots_[k - 1]) / h;
  const double a = 1.0 - b;
  for (std::vector<double>* list : {&weights.value, &weights.slope, &weights.curvature}) {
    list->resize(n);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double left = curvature_[(k - 1) * n + i];
    const double right = curvature_[k * n + i];
    weights.value[i] = h * h / 6.0 * (a * (a * a - 1.0) * left + b * (b * b - 1.0) * right);
    weights.slope[i] = h / 6.0 * ((1.0 - 3.0 * a * a) * left + (3.0 * b * b - 1.0) * right);
    weights.curvature[i] = x == inside ? a * left + b * right : 0.0;
  }
  weights.value[k - 1] += a;
  weights.value[k] += b;
  weights.slope[k - 1] -= 1.0 / h;
  weights.slope[k] += 1.0 / h;
  if (x != inside) {
    for (std::size_t i = 0; i < n; ++i) weights.value[i] += (x - inside) * weights.slope[i];
  }
}

}  // namespace nudipole::math
