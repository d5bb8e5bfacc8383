#include "nudipole/math/binning.hpp"

namespace nudipole::math {
namespace {

constexpr double rounding = 1.0e-9;

}  // namespace

std::size_t Binning::size() const {
  std::size_t count = 1;
  for (const BinAxis& axis : axes) count *= axis.size();
  return count;
}

std::vector<std::size_t> Binning::indices(std::size_t bin) const {
  std::vector<std::size_t> result(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    result[i] = bin % axes[i].size();
    bin /= axes[i].size();
  }
  return result;
}

std::vector<std::optional<std::size_t>> bins_of(std::span<const double> lower,
                                                const std::vector<double>& edges) {
  std::vector<std::optional<std::size_t>> bins;
  bins.reserve(lower.size());
  for (const double begin : lower) {
    std::optional<std::size_t>& found = bins.emplace_back();
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
      if (begin > edges[bin] - rounding && begin < edges[bin + 1] - rounding) found = bin;
    }
  }
  return bins;
}

std::optional<Straddling> first_straddling(std::span<const double> lower,
                                           std::span<const double> upper,
                                           const std::vector<double>& edges) {
  const auto bins = bins_of(lower, edges);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (!bins[i]) continue;
    const double edge = edges[*bins[i] + 1];
    if (upper[i] > edge + rounding) return Straddling{i, edge};
  }
  return std::nullopt;
}

std::vector<double> sum_into_bins(std::span<const double> lower, std::span<const double> contents,
                                  const std::vector<double>& edges) {
  const auto bins = bins_of(lower, edges);
  std::vector<double> sums(edges.size() - 1);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i]) sums[*bins[i]] += contents[i];
  }
  return sums;
}

}  // namespace nudipole::math
