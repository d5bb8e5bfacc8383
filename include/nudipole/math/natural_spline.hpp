#pragma once

#include <cstddef>
#include <vector>

namespace nudipole::math {

/// Natural cubic spline through values at fixed knots, as weights of the values: the spline is
/// linear in them, s(x) = sum_i w_i(x) y_i. Twice continuously differentiable; outside the knots it
/// goes on as a straight line.
class NaturalSpline {
 public:
  /// Weights of the values and their derivatives by x, [knot] each.
  struct Weights {
    std::vector<double> value;
    std::vector<double> slope;
    std::vector<double> curvature;  ///< second derivatives
  };

  /// \param knots  [n >= 2], strictly ascending
  explicit NaturalSpline(std::vector<double> knots);

  [[nodiscard]] std::size_t size() const { return knots_.size(); }
  [[nodiscard]] Weights at(double x) const;
  /// The same into weights that exist, whose memory a fit uses again and again.
  void at(double x, Weights& weights) const;

 private:
  std::vector<double> knots_;
  /// Second derivative at each knot per unit value at each knot, [knot * n + value].
  std::vector<double> curvature_;
};

}  // namespace nudipole::math
