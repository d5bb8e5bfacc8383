#pragma once

#include "nudipole/core/random.hpp"

#include <cstdint>
#include <vector>

namespace nudipole {

/// Draws Poisson numbers of one mean. Up to a mean of 4096 by inversion with tables that are built
/// once: one uniform number each, probabilities below 1e-18 left out. Above by transformed
/// rejection (W. Hormann, Insurance: Mathematics and Economics 12 (1993) 39, algorithm PTRS).
class PoissonSampler {
 public:
  /// \param mean  in [0, 1e9]; \throws NumericalError for another one
  explicit PoissonSampler(double mean);

  /// A whole number >= 0.
  double operator()(RandomStream& stream) const {
    return cumulative_.empty() ? by_rejection(stream) : by_inversion(stream.uniform());
  }

 private:
  void tabulate();
  [[nodiscard]] double by_inversion(double uniform) const {
    std::size_t i = guide_[static_cast<std::size_t>(uniform * static_cast<double>(guide_.size()))];
    while (cumulative_[i] < uniform) ++i;
    return first_ + static_cast<double>(i);
  }
  [[nodiscard]] double by_rejection(RandomStream& stream) const;

  double mean_;
  double first_ = 0.0;                ///< the number that belongs to the first entry
  std::vector<double> cumulative_;    ///< P(n <= first + i), the last one 1
  std::vector<std::uint32_t> guide_;  ///< where a search begins, for each of equal parts of (0, 1)
};

}  // namespace nudipole
