#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nudipole::inference {

/// Bins of the statistics of toys: equal in sqrt(q), which is a distance in standard errors, from 0
/// to 8, and one for all beyond. Counts of bins add up over pieces of work, where quantiles of
/// single pieces would not.
namespace q_bins {
inline constexpr double width = 0.0125;  ///< of sqrt(q): 0.04 in q at 2.71, 0.06 at 6.63
inline constexpr std::size_t count = 641;
std::size_t index(double q);
/// Where a bin begins, in q.
double lower_edge(std::size_t bin);
}  // namespace q_bins

/// A quantile with its Monte-Carlo error.
struct Quantile {
  double value = 0.0;  ///< infinite beyond the last bin, not a number without toys
  double error = 0.0;  ///< half the distance of the order statistics one standard deviation away
};

/// The value that a share of toys stays below, by order statistics; within a bin toys lie evenly in
/// sqrt(q). \param counts  [q_bins::count] \param share  in (0, 1)
Quantile quantile(std::span<const std::int32_t> counts, double share);

/// Toys with at least this value, evenly shared out within its bin.
double count_above(std::span<const std::int32_t> counts, double q);

/// The least q at which CL_s, the ratio of the shares of toys with and of those without signal that
/// have at least q, is at most `alpha`; infinite where it stays above.
double cls_critical_value(std::span<const std::int32_t> with_signal,
                          std::span<const std::int32_t> without_signal, double alpha);

}  // namespace nudipole::inference
