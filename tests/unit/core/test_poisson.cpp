#include "nudipole/core/poisson.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <cmath>
#include <map>

using namespace nudipole;

namespace {

double probability(double n, double mean) {
  return std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0));
}

std::map<double, int> draw(double mean, int draws, std::uint32_t name) {
  const PoissonSampler sampler{mean};
  RandomStream stream{{5, 6}, {name, 0, 0}};
  std::map<double, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[sampler(stream)];
  return counts;
}

}  // namespace

// Mean and variance are the mean; their errors: sqrt(m/N) and m sqrt((2 + 1/m)/N).
TEST_CASE("Poisson numbers have the right moments from 1e-6 to 1e6") {
  for (const double mean :
       {1e-6, 1e-3, 0.1, 0.7, 1.0, 3.3, 12.5, 99.9, 1e3, 4096.0, 4096.5, 1e5, 1e6}) {
    INFO("mean " << mean);
    const int draws = mean < 1e-2 ? 4'000'000 : 200'000;
    const double n = draws;
    double sum = 0.0;
    double squares = 0.0;
    for (const auto& [value, count] : draw(mean, draws, static_cast<std::uint32_t>(1e3 * mean))) {
      CHECK(value >= 0.0);
      CHECK(value == std::floor(value));
      sum += (value - mean) * count;
      squares += (value - mean) * (value - mean) * count;
    }
    CHECK(std::abs(sum / n) < 4.0 * std::sqrt(mean / n));
    CHECK(std::abs(squares / n - mean) < 4.0 * mean * std::sqrt((2.0 + 1.0 / mean) / n));
  }
}

TEST_CASE("Every Poisson number comes as often as it should") {
  for (const double mean : {0.3, 4.5, 40.0, 5000.0}) {
    INFO("mean " << mean);
    constexpr int draws = 400'000;
    double chi2 = 0.0;
    int bins = 0;
    for (const auto& [value, count] : draw(mean, draws, 77)) {
      const double expected = draws * probability(value, mean);
      if (expected < 20.0) continue;
      chi2 += (count - expected) * (count - expected) / expected;
      ++bins;
    }
    CHECK(bins > 3);
    CHECK(std::abs(chi2 - bins) < 4.0 * std::sqrt(2.0 * bins) + 2.0);
  }
}

// Sums of probabilities beyond mean +- 3.5 standard deviations against the share drawn.
TEST_CASE("The tails of Poisson numbers are right") {
  for (const double mean : {2.0, 30.0, 1000.0, 20'000.0}) {
    constexpr int draws = 2'000'000;
    const double low = mean - 3.5 * std::sqrt(mean);
    const double high = mean + 3.5 * std::sqrt(mean);
    double expected_low = 0.0;
    double expected_high = 0.0;
    for (double n = std::max(0.0, std::ceil(mean - 12.0 * std::sqrt(mean))); n < low; ++n) {
      expected_low += draws * probability(n, mean);
    }
    for (double n = std::floor(high) + 1.0; n < high + 10.0 * std::sqrt(mean) + 40.0; ++n) {
      expected_high += draws * probability(n, mean);
    }
    int drawn_low = 0;
    int drawn_high = 0;
    for (const auto& [value, count] : draw(mean, draws, 78)) {
      if (value < low) drawn_low += count;
      if (value > high) drawn_high += count;
    }
    INFO("mean " << mean << ": " << drawn_low << " of " << expected_low << ", " << drawn_high
                 << " of " << expected_high);
    CHECK(std::abs(drawn_low - expected_low) <= 4.0 * std::sqrt(expected_low));
    CHECK(std::abs(drawn_high - expected_high) <= 4.0 * std::sqrt(expected_high));
  }
}

TEST_CASE("Nothing expected gives nothing, and a negative mean is an error") {
  RandomStream stream{{1, 1}, {1, 1, 1}};
  CHECK(PoissonSampler{0.0}(stream) == 0.0);
  CHECK_THROWS_AS(PoissonSampler{-1e-9}, NumericalError);
  CHECK_THROWS_AS(PoissonSampler{std::nan("")}, NumericalError);
}
