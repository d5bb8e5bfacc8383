#pragma once

#include <cstddef>
#include <span>
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
  /// The same at many points [n], ascending: the way through the knots is gone once.
  void values(std::span<const double> ascending, std::span<double> result) const;
  [[nodiscard]] const std::vector<double>& knots() const { return x_; }

 private:
  /// \param next  of the knots before and after x, the index of the latter
  [[nodiscard]] double between(std::size_t next, double x) const;
  [[nodiscard]] double value_below() const { return below_ == Outside::zero ? 0.0 : y_.front(); }
  [[nodiscard]] double value_above() const { return above_ == Outside::zero ? 0.0 : y_.back(); }

  std::vector<double> x_;
  std::vector<double> y_;
  Outside below_;
  Outside above_;
};

}  // namespace nudipole::math
