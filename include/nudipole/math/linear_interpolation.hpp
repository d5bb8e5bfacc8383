#pragma once

#include <vector>

namespace nudipole::math {

/// What a table means outside its range.
enum class Outside { zero, hold };

/// Piecewise-linear function through knots.
class LinearInterpolation {
 public:
  /// \param x  [n >= 2], strictly ascending
  /// \param y  [n]
  LinearInterpolation(std::vector<double> x, std::vector<double> y, Outside below, Outside above);

  [[nodiscard]] double operator()(double x) const;
  [[nodiscard]] const std::vector<double>& knots() const { return x_; }

 private:
  std::vector<double> x_;
  std::vector<double> y_;
  Outside below_;
  Outside above_;
};

}  // namespace nudipole::math
