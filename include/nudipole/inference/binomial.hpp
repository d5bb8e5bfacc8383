#pragma once

#include <cstdint>
#include <utility>

namespace nudipole::inference {

/// `successes` of `trials`, e.g. toys with q at least as large as the observed one.
struct Proportion {
  std::int64_t successes = 0;
  std::int64_t trials = 0;

  /// successes/trials; not a number without trials.
  [[nodiscard]] double value() const;
  /// Central interval of the probability (Clopper and Pearson, Biometrika 26 (1934) 404); 0 .. 1
  /// without trials. \param confidence  in (0, 1); 0.6827 is what the Gaussian's one sigma holds
  [[nodiscard]] std::pair<double, double> interval(double confidence = 0.682689492137086) const;
  /// Half the length of that interval.
  [[nodiscard]] double error() const;
};

}  // namespace nudipole::inference
