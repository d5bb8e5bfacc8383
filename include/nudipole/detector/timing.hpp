#pragma once

#include "nudipole/detector/efficiency.hpp"

#include <vector>

namespace nudipole::detector {

/// A distribution in time given as probabilities of consecutive fine bins.
struct TimeProfile {
  std::vector<double> edges_us;       ///< [n + 1]
  std::vector<double> probabilities;  ///< [n]
};

/// Share of a profile that falls into each time bin and passes the timing efficiency:
/// sum over fine bins of probability x mean efficiency over the fine bin, not renormalised.
/// \param bin_edges_us  every edge must be an edge of the profile (within 1e-9 us)
/// \param efficiency    may be null: no selection
/// \return [bin_edges - 1]
/// \throws DataError when an edge cuts a fine bin
std::vector<double> time_factors(const TimeProfile& profile,
                                 const std::vector<double>& bin_edges_us,
                                 const Efficiency* efficiency);

/// Share of an exponential decay from time 0 on that falls into each time bin.
/// \param rate_per_us  inverse of the lifetime \return [bin_edges - 1]
std::vector<double> exponential_factors(double rate_per_us,
                                        const std::vector<double>& bin_edges_us);

}  // namespace nudipole::detector
