#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <span>

/// The loops over bins that fits spend their time in. Bins lie one after the other in memory, and
/// nothing here takes memory. Sums over bins run in four lanes, bin i in lane i mod 4, which are
/// added at the end: an order that is written down rather than left to the compiler, so that
/// registers of two and of four numbers give the same bits.
namespace nudipole::likelihood::detail {

/// Columns [column][bin].
using Columns = std::span<const double* const>;

/// What a sum is added to: what is there, or nothing, as if it had been cleared.
enum class Start { there, zero };

/// y += factor x. \param x, y  [bin]
void add_scaled(Start start, double factor, const double* x, std::size_t bins, double* y);

/// y += factor sum_v weights[v] columns[v]; weights of 0 cost nothing. \param y  [bin]
void add_weighted(Start start, double factor, Columns columns, const double* weights,
                  std::size_t bins, double* y);

/// sum_bin x y.
[[nodiscard]] double dot(const double* x, const double* y, std::size_t bins);

/// result[v] = sum_bin columns[v][bin] x[bin]. \param result  [column]
void project(Columns columns, const double* x, std::size_t bins, double* result);

/// H_ij += sum_bin c J_i J_j for the columns J_i of a Jacobian, both triangles.
/// \param weights  c [bin]
void add_sandwich(Columns columns, const double* weights, std::size_t bins,
                  Eigen::MatrixXd& result);

}  // namespace nudipole::likelihood::detail
