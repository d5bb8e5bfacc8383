#pragma once

#include <vector>

namespace nudipole::math {

/// Right-continuous step function: value of the last step at or below x, 0 below the first.
class StepFunction {
 public:
  /// \param positions  [n], strictly ascending
  /// \param values     [n], value from that position on
  StepFunction(std::vector<double> positions, std::vector<double> values);

  [[nodiscard]] double operator()(double x) const;
  [[nodiscard]] const std::vector<double>& positions() const { return positions_; }

 private:
  std::vector<double> positions_;
  std::vector<double> values_;
};

}  // namespace nudipole::math
