#include "nudipole/math/binning.hpp"

#include "support/catch2.hpp"

#include <vector>

using namespace nudipole;
using nudipole::math::Binning;
using Indices = std::vector<std::size_t>;

TEST_CASE("bins of several axes are flattened with the last axis fastest") {
  const Binning binning{{{.name = "energy", .unit = "PE", .edges = {0.0, 8.0, 12.0, 16.0}},
                         {.name = "time", .unit = "us", .edges = {0.0, 1.0, 2.0}},
                         {.name = "class", .unit = "1", .edges = {0.0, 1.0, 2.0, 3.0, 4.0}}}};
  CHECK(binning.axes[0].size() == 3);
  CHECK(binning.size() == 3 * 2 * 4);

  std::size_t flat = 0;
  for (std::size_t energy = 0; energy < 3; ++energy) {
    for (std::size_t time = 0; time < 2; ++time) {
      for (std::size_t kind = 0; kind < 4; ++kind) {
        CHECK(binning.indices(flat) == Indices{energy, time, kind});
        ++flat;
      }
    }
  }
}

TEST_CASE("a binning of one axis is that axis") {
  const Binning binning{{{.name = "energy", .unit = "PE", .edges = {6.0, 8.0, 10.0}}}};
  CHECK(binning.size() == 2);
  CHECK(binning.indices(1) == Indices{1});
}

TEST_CASE("Fine intervals are summed into the bins in which they begin") {
  const std::vector<double> edges{0.1, 0.3, 1.0};
  // 0.1 + 0.2 is 4e-17 above 0.3: still the edge. What begins below or above is left out.
  const std::vector<double> lower{0.0, 0.1, 0.2, 0.1 + 0.2, 0.6, 1.0};
  const std::vector<double> upper{0.1, 0.2, 0.1 + 0.2, 0.6, 1.0, 2.0};
  const std::vector<double> contents{1.0, 2.0, 4.0, 8.0, 16.0, 32.0};
  CHECK(math::sum_into_bins(lower, contents, edges) == std::vector<double>{6.0, 24.0});
  CHECK_FALSE(math::first_straddling(lower, upper, edges));
}

TEST_CASE("An interval that ends beyond its bin is found, with the edge") {
  const std::vector<double> edges{0.0, 1.0, 2.0};
  const std::vector<double> lower{-0.5, 0.0, 0.5, 1.5};
  const std::vector<double> upper{0.5, 1.0, 1.5, 2.5};
  const auto found = math::first_straddling(lower, upper, edges);
  REQUIRE(found);
  CHECK(found->interval == 2);
  CHECK(found->edge == 1.0);
}
