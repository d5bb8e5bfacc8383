#include "nudipole/inference/q_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nudipole::inference {
namespace {

double total(std::span<const std::int32_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

/// Where the running sum reaches a rank, in q.
double at_rank(std::span<const std::int32_t> counts, double rank) {
  double before = 0.0;
  for (std::size_t bin = 0; bin + 1 < counts.size(); ++bin) {
    const double here = counts[bin];
    if (here > 0.0 && before + here >= rank) {
      const double z =
          q_bins::width * (static_cast<double>(bin) + std::max(0.0, rank - before) / here);
      return z * z;
    }
    before += here;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

std::size_t q_bins::index(double q) {
  const double place = std::sqrt(std::max(q, 0.0)) / width;
  return place >= static_cast<double>(count - 1) ? count - 1 : static_cast<std::size_t>(place);
}

double q_bins::lower_edge(std::size_t bin) {
  const double z = width * static_cast<double>(bin);
  return z * z;
}

Quantile quantile(std::span<const std::int32_t> counts, double share) {
  const double toys = total(counts);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (toys == 0.0) return {nan, nan};
  const double deviation = std::sqrt(toys * share * (1.0 - share));
  const double upper = at_rank(counts, std::min(share * toys + deviation, toys));
  const double lower = at_rank(counts, share * toys - deviation);
  return {.value = at_rank(counts, share * toys), .error = 0.5 * (upper - lower)};
}

double count_above(std::span<const std::int32_t> counts, double q) {
  const double place = std::sqrt(std::max(q, 0.0)) / q_bins::width;
  const auto last = static_cast<double>(counts.size() - 1);
  if (!(place < last)) return counts.back();
  const auto bin = static_cast<std::size_t>(place);
  double above = counts[bin] * (1.0 - (place - std::floor(place)));
  for (std::size_t i = bin + 1; i < counts.size(); ++i) above += counts[i];
  return above;
}

double cls_critical_value(std::span<const std::int32_t> with_signal,
                          std::span<const std::int32_t> without_signal, double alpha) {
  const double toys = total(with_signal);
  const double others = total(without_signal);
  for (std::size_t bin = 0; bin < with_signal.size(); ++bin) {
    const double q = q_bins::lower_edge(bin);
    const double share = count_above(with_signal, q) / toys;
    if (share <= alpha * count_above(without_signal, q) / others) return q;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace nudipole::inference
