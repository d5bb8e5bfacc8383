#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nudipole::math {

/// One binned observable: name, unit and ascending edges.
struct BinAxis {
  std::string name;           ///< e.g. "energy"
  std::string unit;           ///< e.g. "PE"
  std::vector<double> edges;  ///< [size() + 1], strictly ascending
  /// Names of the bins of a classification, whose edges are 0, 1, 2, ...; empty for a number axis.
  std::vector<std::string> labels{};

  [[nodiscard]] std::size_t size() const { return edges.size() - 1; }
};

/// Bins of several observables, flattened row-major (the first axis varies slowest).
struct Binning {
  std::vector<BinAxis> axes;

  [[nodiscard]] std::size_t size() const;
  /// Index along each axis of flat bin `bin`.
  [[nodiscard]] std::vector<std::size_t> indices(std::size_t bin) const;
};

/// The bin in which each interval begins; none outside the edges. Edges may be off by 1e-9, as
/// numbers of tables are.
/// \param edges  [bins + 1], ascending
/// \param lower  [n], lower ends of the intervals
/// \return [n]
std::vector<std::optional<std::size_t>> bins_of(std::span<const double> lower,
                                                const std::vector<double>& edges);

/// An interval that begins in a bin and ends beyond the bin's upper edge.
struct Straddling {
  std::size_t interval;
  double edge;
};

/// The first such interval, by more than 1e-9; none when every one lies inside its bin.
/// \param lower, upper  [n], ends of the intervals
std::optional<Straddling> first_straddling(std::span<const double> lower,
                                           std::span<const double> upper,
                                           const std::vector<double>& edges);

/// Contents of fine intervals summed into bins; those that begin outside the edges are left out.
/// \param contents  [n] \return [bins]
std::vector<double> sum_into_bins(std::span<const double> lower, std::span<const double> contents,
                                  const std::vector<double>& edges);

}  // namespace nudipole::math
