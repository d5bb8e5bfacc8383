#include "nudipole/math/step_function.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::math {

StepFunction::StepFunction(std::vector<double> positions, std::vector<double> values)
    : positions_(std::move(positions)), values_(std::move(values)) {
  if (positions_.size() != values_.size() ||
      std::ranges::adjacent_find(positions_, std::greater_equal{}) != positions_.end()) {
    throw Error(ErrorKind::unexpected, "a step function needs ascending steps with one value each");
  }
}

double StepFunction::operator()(double x) const {
  const auto next = std::ranges::upper_bound(positions_, x);
  if (next == positions_.begin()) return 0.0;
  return values_[static_cast<std::size_t>(next - positions_.begin()) - 1];
}

}  // namespace nudipole::math
