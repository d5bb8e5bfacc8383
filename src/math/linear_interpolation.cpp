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

double LinearInterpolation::between(std::size_t next, double x) const {
  const double fraction = (x - x_[next - 1]) / (x_[next] - x_[next - 1]);
  return y_[next - 1] + fraction * (y_[next] - y_[next - 1]);
}

double LinearInterpolation::operator()(double x) const {
  if (x < x_.front()) return value_below();
  if (x > x_.back()) return value_above();
  const auto next = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
  return between(static_cast<std::size_t>(next - x_.begin()), x);
}

void LinearInterpolation::values(std::span<const double> ascending,
                                 std::span<double> result) const {
  const std::size_t last = x_.size() - 1;
  std::size_t next = 1;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double x = ascending[i];
    if (x < x_.front()) {
      result[i] = value_below();
    } else if (x > x_.back()) {
      result[i] = value_above();
    } else {
      while (next < last && x_[next] <= x) ++next;
      result[i] = between(next, x);
    }
  }
}

}  // namespace nudipole::math
