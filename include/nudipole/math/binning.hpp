#pragma once

#include <cstddef>
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

}  // namespace nudipole::math
