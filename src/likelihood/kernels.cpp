#include "kernels.hpp"

#include <algorithm>
#include <array>
#include <cstring>

// Two versions of each loop, for processors with registers of four numbers and for all others; the
// program takes the right one when it starts. No fused multiply-adds in either: equal bits.
#if defined(__x86_64__) && !defined(__AVX2__) && !defined(NUDIPOLE_ONE_VERSION)
#define NUDIPOLE_VERSIONS __attribute__((target_clones("avx2", "default")))
#else
#define NUDIPOLE_VERSIONS
#endif

namespace nudipole::likelihood::detail {
namespace {

/// Numbers that are handled at once: a vector type of gcc and clang, arithmetic is by element.
constexpr std::size_t lanes = 4;
using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

constexpr std::size_t most_together = 4;

/// sums[k] = sum_bin columns[k][first + bin] x[bin] for `count` columns at once.
template <std::size_t count>
[[gnu::always_inline]] inline void dots(const double* const* columns, std::size_t first,
                                        const double* x, std::size_t bins, double* sums) {
  Lanes lane_sums[count] = {};  // NOLINT(*-avoid-c-arrays): std::array loses the vector type
  const std::size_t whole = bins - bins % lanes;
  Lanes here;
  Lanes there;
  for (std::size_t bin = 0; bin < whole; bin += lanes) {
    std::memcpy(&here, x + bin, sizeof(Lanes));
    for (std::size_t k = 0; k < count; ++k) {
      std::memcpy(&there, columns[k] + first + bin, sizeof(Lanes));
      lane_sums[k] += there * here;
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t bin = whole; bin < bins; ++bin) {
      lane_sums[k][bin - whole] += columns[k][first + bin] * x[bin];
    }
    sums[k] = (lane_sums[k][0] + lane_sums[k][1]) + (lane_sums[k][2] + lane_sums[k][3]);
  }
}

/// The same for any number of columns.
[[gnu::always_inline]] inline void all_dots(const double* const* columns, std::size_t count,
                                            std::size_t first, const double* x, std::size_t bins,
                                            double* sums) {
  std::size_t k = 0;
  for (; k + 4 <= count; k += 4) dots<4>(columns + k, first, x, bins, sums + k);
  if (k + 2 <= count) {
    dots<2>(columns + k, first, x, bins, sums + k);
    k += 2;
  }
  if (k < count) dots<1>(columns + k, first, x, bins, sums + k);
}

/// y = start + sum of `count` columns with factors.
template <std::size_t count>
[[gnu::always_inline]] inline void add_columns(Start start, const double* const* columns,
                                               const double* factors, std::size_t bins, double* y) {
  for (std::size_t bin = 0; bin < bins; ++bin) {
    double sum = start == Start::zero ? 0.0 : y[bin];
    for (std::size_t k = 0; k < count; ++k) sum += factors[k] * columns[k][bin];
    y[bin] = sum;
  }
}

}  // namespace

NUDIPOLE_VERSIONS
void add_scaled(Start start, double factor, const double* x, std::size_t bins, double* y) {
  add_columns<1>(start, &x, &factor, bins, y);
}

NUDIPOLE_VERSIONS
void add_weighted(Start start, double factor, Columns columns, const double* weights,
                  std::size_t bins, double* y) {
  std::array<const double*, most_together> together{};
  std::array<double, most_together> factors{};
  std::size_t count = 0;
  for (std::size_t v = 0; v < columns.size(); ++v) {
    if (weights[v] == 0.0) continue;
    together[count] = columns[v];
    factors[count] = factor * weights[v];
    if (++count < most_together) continue;
    add_columns<most_together>(start, together.data(), factors.data(), bins, y);
    start = Start::there;
    count = 0;
  }
  if (count == 3) add_columns<3>(start, together.data(), factors.data(), bins, y);
  if (count == 2) add_columns<2>(start, together.data(), factors.data(), bins, y);
  if (count == 1) add_columns<1>(start, together.data(), factors.data(), bins, y);
  if (count == 0 && start == Start::zero) std::fill_n(y, bins, 0.0);
}

NUDIPOLE_VERSIONS
double dot(const double* x, const double* y, std::size_t bins) {
  double sum = 0.0;
  dots<1>(&x, 0, y, bins, &sum);
  return sum;
}

NUDIPOLE_VERSIONS
void project(Columns columns, const double* x, std::size_t bins, double* result) {
  all_dots(columns.data(), columns.size(), 0, x, bins, result);
}

NUDIPOLE_VERSIONS
void add_sandwich(Columns columns, const double* weights, std::size_t bins,
                  Eigen::MatrixXd& result) {
  // A block of bins of all columns stays in the first-level cache.
  constexpr std::size_t block = 128;
  constexpr std::size_t most_columns = 64;
  std::array<double, block> weighted{};
  std::array<double, most_columns> sums{};
  double* const matrix = result.data();
  const std::size_t size = columns.size();
  for (std::size_t first = 0; first < bins; first += block) {
    const std::size_t length = std::min(block, bins - first);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t bin = 0; bin < length; ++bin) {
        weighted[bin] = weights[first + bin] * columns[i][first + bin];
      }
      for (std::size_t from = 0; from <= i; from += most_columns) {
        const std::size_t count = std::min(most_columns, i + 1 - from);
        all_dots(columns.data() + from, count, first, weighted.data(), length, sums.data());
        for (std::size_t k = 0; k < count; ++k) {
          matrix[i * size + from + k] += sums[k];
          if (from + k != i) matrix[(from + k) * size + i] += sums[k];
        }
      }
    }
  }
}

}  // namespace nudipole::likelihood::detail
