#include "nudipole/detector/timing.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cmath>

using nudipole::detector::exponential_decay_efficiency;
using nudipole::detector::time_factors;
using nudipole::detector::TimeProfile;

namespace {

/// Probabilities that do not sum to 1: the rest arrives later.
const TimeProfile profile{.edges_us = {0.0, 0.5, 1.0, 2.0, 4.0},
                          .probabilities = {0.25, 0.125, 0.5, 0.0625}};

/// Mean of exp(-rate (t - start)) over [lower, upper], all above start.
double mean_decay(double rate, double start, double lower, double upper) {
  return (std::exp(-rate * (lower - start)) - std::exp(-rate * (upper - start))) /
         (rate * (upper - lower));
}

}  // namespace

TEST_CASE("without a selection factors are sums of probabilities") {
  const auto factors = time_factors(profile, {0.0, 1.0, 4.0}, nullptr);
  CHECK(factors == std::vector{0.375, 0.5625});  // by hand, not renormalised
}

TEST_CASE("bins before and after the profile's ends do not count") {
  CHECK(time_factors(profile, {0.5, 1.0, 2.0}, nullptr) == std::vector{0.125, 0.5});
}

TEST_CASE("the selection is averaged over each fine bin") {
  const double rate = 0.3;
  const auto efficiency = exponential_decay_efficiency(0.7, rate);
  const auto factors = time_factors(profile, {0.0, 1.0, 4.0}, efficiency.get());
  REQUIRE(factors.size() == 2);
  // Closed forms; the bin 0.5 .. 1 us is split at 0.7 us, where the selection sets in. Four
  // Gauss-Legendre points miss the mean of exp(-0.3 t) over 2 us by 1e-11 (A&S 25.4.30).
  const double split = (0.2 + 0.3 * mean_decay(rate, 0.7, 0.7, 1.0)) / 0.5;
  CHECK(factors[0] == Approx(0.25 + 0.125 * split).epsilon(1e-13));
  CHECK(factors[1] ==
        Approx(0.5 * mean_decay(rate, 0.7, 1.0, 2.0) + 0.0625 * mean_decay(rate, 0.7, 2.0, 4.0))
            .epsilon(1e-10));
}

TEST_CASE("time edges must be edges of the profile") {
  CHECK_THROWS_AS(time_factors(profile, {0.0, 0.75}, nullptr), nudipole::DataError);
  CHECK_THROWS_AS(time_factors(profile, {0.0, 6.0}, nullptr), nudipole::DataError);
  CHECK_THROWS_AS(time_factors(profile, {0.0, 0.5 + 2e-9}, nullptr), nudipole::DataError);
  CHECK_NOTHROW(time_factors(profile, {0.0, 0.5 + 1e-12}, nullptr));
}

TEST_CASE("shares of an exponential are differences of its survival") {
  // 1 - 2^-1 and 2^-1 - 2^-3 of a half-life of 1 us (rate ln 2); from 3 us on is outside.
  const auto factors = nudipole::detector::exponential_factors(0.6931471805599453, {0.0, 1.0, 3.0});
  REQUIRE(factors.size() == 2);
  CHECK(factors[0] == Approx(0.5).epsilon(1e-14));
  CHECK(factors[1] == Approx(0.375).epsilon(1e-14));
}
