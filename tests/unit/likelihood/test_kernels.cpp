// The loops over bins exist in versions for several instruction sets; which one runs is decided
// when the program starts. Their bits must be those of the order that kernels.hpp writes down, in
// which this file adds number by number, and those of the version for the oldest processors.
#include "../../../src/likelihood/kernels.hpp"

#include "support/catch2.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

// kernels.cpp compiled once more, for the oldest processors alone (CMakeLists.txt).
namespace nudipole::likelihood::portable {
using Columns = std::span<const double* const>;
enum class Start { there, zero };
void add_scaled(Start start, double factor, const double* x, std::size_t bins, double* y);
void add_weighted(Start start, double factor, Columns columns, const double* weights,
                  std::size_t bins, double* y);
double dot(const double* x, const double* y, std::size_t bins);
void project(Columns columns, const double* x, std::size_t bins, double* result);
void add_sandwich(Columns columns, const double* weights, std::size_t bins,
                  Eigen::MatrixXd& result);
}  // namespace nudipole::likelihood::portable

namespace {

namespace detail = nudipole::likelihood::detail;
namespace portable = nudipole::likelihood::portable;
using Numbers = std::vector<double>;

/// Numbers of many sizes and both signs, whose sums depend on the order.
Numbers numbers(std::size_t count, std::uint32_t seed) {
  Numbers list;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525U + 1013904223U;
    const double share = static_cast<double>(seed) / 4294967296.0;
    list.push_back((share - 0.4) * std::pow(10.0, static_cast<double>(seed % 7U) - 3.0));
  }
  return list;
}

/// In four lanes that are added at the end.
double in_order(const Numbers& x, const Numbers& y) {
  Numbers lanes(4, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) lanes[i % 4] += x[i] * y[i];
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

struct Table {
  std::vector<Numbers> columns;
  std::vector<const double*> pointers;

  Table(std::size_t count, std::size_t bins) {
    for (std::size_t v = 0; v < count; ++v) {
      columns.push_back(numbers(bins, static_cast<std::uint32_t>(100 + v)));
    }
    for (const Numbers& column : columns) pointers.push_back(column.data());
  }
};

}  // namespace

TEST_CASE("Sums over bins have the bits of the order that is written down") {
  for (const std::size_t bins : {1U, 2U, 3U, 4U, 5U, 99U, 130U, 257U, 960U}) {
    const Numbers x = numbers(bins, 1);
    const Numbers y = numbers(bins, 2);
    CHECK(detail::dot(x.data(), y.data(), bins) == in_order(x, y));
    CHECK(portable::dot(x.data(), y.data(), bins) == in_order(x, y));
    for (const std::size_t count : {1U, 2U, 3U, 5U, 7U}) {
      const Table table{count, bins};
      Numbers result(count);
      Numbers of_portable(count);
      detail::project(table.pointers, x.data(), bins, result.data());
      portable::project(table.pointers, x.data(), bins, of_portable.data());
      for (std::size_t v = 0; v < count; ++v) CHECK(result[v] == in_order(table.columns[v], x));
      CHECK(result == of_portable);
    }
  }
}

TEST_CASE("Weighted sums and products have the bits of the portable version") {
  for (const std::size_t bins : {1U, 3U, 99U, 130U, 960U}) {
    for (const std::size_t count : {1U, 2U, 3U, 4U, 6U, 9U}) {
      const Table table{count, bins};
      Numbers weights = numbers(count, 7);
      weights[count / 2] = 0.0;
      Numbers sum = numbers(bins, 3);
      Numbers of_portable = sum;
      using detail::Start;
      detail::add_weighted(Start::there, 1.7, table.pointers, weights.data(), bins, sum.data());
      portable::add_weighted(portable::Start::there, 1.7, table.pointers, weights.data(), bins,
                             of_portable.data());
      CHECK(sum == of_portable);
      detail::add_scaled(Start::there, -0.3, table.pointers.front(), bins, sum.data());
      portable::add_scaled(portable::Start::there, -0.3, table.pointers.front(), bins,
                           of_portable.data());
      CHECK(sum == of_portable);
      const auto size = static_cast<Eigen::Index>(count);
      Eigen::MatrixXd product = Eigen::MatrixXd::Constant(size, size, 0.25);
      Eigen::MatrixXd product_of_portable = product;
      detail::add_sandwich(table.pointers, sum.data(), bins, product);
      portable::add_sandwich(table.pointers, sum.data(), bins, product_of_portable);
      CHECK(product == product_of_portable);
      CHECK(product == product.transpose());
    }
  }
}

TEST_CASE("A sum that starts from zero has the bits of one into a cleared column") {
  for (const std::size_t bins : {1U, 3U, 99U, 130U}) {
    for (const std::size_t count : {0U, 1U, 3U, 4U, 6U, 9U}) {
      const Table table{count, bins};
      const Numbers weights = numbers(count, 7);
      Numbers cleared(bins, 0.0);
      detail::add_weighted(detail::Start::there, 1.7, table.pointers, weights.data(), bins,
                           cleared.data());
      Numbers fresh = numbers(bins, 3);
      detail::add_weighted(detail::Start::zero, 1.7, table.pointers, weights.data(), bins,
                           fresh.data());
      CHECK(fresh == cleared);
      fresh = numbers(bins, 3);
      detail::add_weighted(detail::Start::zero, 1.7, table.pointers, Numbers(count, 0.0).data(),
                           bins, fresh.data());
      CHECK(fresh == Numbers(bins, 0.0));
    }
  }
}
