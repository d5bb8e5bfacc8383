#include "nudipole/math/linear_interpolation.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::math {

LinearInterpolation::LinearInterpolation(std::vector<double> x, std::vector<double> y,
                                         Outside below, Outside above)
    : x_(std::move(x)), y_(std::move(y)), below_(below), above_(above) {
  if (x_.size() < 2 || x_.size() != y_.size() ||
      std::ranges::adjacent_find(x_, std::greater_equal{}) != x_.end()) {
    throw Error(ErrorKind::unexpected, "interpolation needs two or more ascending knots");
  }
}

double LinearInterpolation::operator()(double x) const {
  if (x < x_.front()) return below_ == Outside::zero ? 0.0 : y_.front();
  if (x > x_.back()) return above_ == Outside::zero ? 0.0 : y_.back();
  const auto next = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
  const auto i = static_cast<std::size_t>(next - x_.begin());
  const double fraction = (x - x_[i - 1]) / (x_[i] - x_[i - 1]);
  return y_[i - 1] + fraction * (y_[i] - y_[i - 1]);
}

}  // namespace nudipole::math
