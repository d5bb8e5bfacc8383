#include "nudipole/detector/efficiency.hpp"

#include "support/catch2.hpp"

#include <cmath>

using nudipole::detector::exponential_decay_efficiency;
using nudipole::detector::logistic_efficiency;
using nudipole::detector::LogisticParameters;
using nudipole::detector::tabulated_efficiency;

namespace {

/// COHERENT CsI[Na] 2022 (data release).
const LogisticParameters csi{
    .height = 1.32045, .slope = 0.285979, .centre = 10.8646, .offset = -0.333322};

}  // namespace

TEST_CASE("the CsI efficiency is clipped below its zero") {
  const auto efficiency = logistic_efficiency(csi);
  const auto breaks = efficiency->breaks();
  REQUIRE(breaks.size() == 1);
  // c - ln(-a/d - 1)/b with 40 digits (tests/reference/independent/forty_digits.py). The release's
  // own remark, negative below 7.10 PE, is rounded up: at 7.10 PE it is 0.002.
  CHECK(breaks[0] == Approx(7.0681998195465507).epsilon(1e-15));
  const double unclipped =
      csi.height / (1.0 + std::exp(-csi.slope * (breaks[0] - csi.centre))) + csi.offset;
  CHECK(unclipped == Approx(0.0).margin(1e-15));
  for (const double pe : {0.0, 5.0, breaks[0] - 1e-6}) CHECK((*efficiency)(pe) == 0.0);
  // Slope at the root: b a f (1 - f) with f = -d/a, 0.0713 per PE; second order 1e-6 x b.
  const double share = -csi.offset / csi.height;
  CHECK((*efficiency)(breaks[0] + 1e-6) ==
        Approx(1e-6 * csi.slope * csi.height * share * (1.0 - share)).epsilon(1e-5));
}

TEST_CASE("a logistic efficiency has its closed-form values") {
  const auto efficiency = logistic_efficiency(csi);
  CHECK((*efficiency)(csi.centre) == Approx(0.5 * 1.32045 - 0.333322).epsilon(1e-15));
  CHECK((*efficiency)(1e3) == Approx(1.32045 - 0.333322).epsilon(1e-15));
  // One 1/b above the centre: a/(1 + 1/e) + d.
  CHECK((*efficiency)(csi.centre + 1.0 / csi.slope) ==
        Approx(1.32045 * 0.73105857863000488 - 0.333322).epsilon(1e-14));
}

TEST_CASE("a logistic efficiency that stays positive has no break") {
  CHECK(logistic_efficiency({1.0, 0.5, 10.0, 0.0})->breaks().empty());
  CHECK(logistic_efficiency({1.0, 0.5, 10.0, 0.1})->breaks().empty());
  // Negative everywhere: always clipped.
  const auto closed = logistic_efficiency({0.2, 0.5, 10.0, -0.3});
  CHECK(closed->breaks().empty());
  CHECK((*closed)(100.0) == 0.0);
}

TEST_CASE("a tabulated efficiency is zero below the table and constant above") {
  const auto efficiency = tabulated_efficiency({0.25, 1.0, 3.0}, {0.1, 0.4, 0.8});
  CHECK((*efficiency)(0.2499) == 0.0);
  CHECK((*efficiency)(0.25) == 0.1);
  CHECK((*efficiency)(2.0) == Approx(0.6).epsilon(1e-15));  // by hand
  CHECK((*efficiency)(50.0) == 0.8);
  CHECK(efficiency->breaks() == std::vector{0.25, 1.0, 3.0});
}

TEST_CASE("the timing efficiency is one up to its start") {
  const auto efficiency = exponential_decay_efficiency(0.52, 0.0494);
  CHECK((*efficiency)(0.0) == 1.0);
  CHECK((*efficiency)(0.52) == 1.0);
  CHECK((*efficiency)(1.52) == Approx(std::exp(-0.0494)).epsilon(1e-15));
  CHECK((*efficiency)(0.52 + 1.0 / 0.0494) == Approx(0.36787944117144233).epsilon(1e-14));
  CHECK(efficiency->breaks() == std::vector{0.52});
}

TEST_CASE("An efficiency at ascending points is that at each of them") {
  const std::vector<double> points{0.1, 0.25, 0.3, 0.52, 1.0, 2.0, 2.5, 12.0, 50.0};
  for (const auto& efficiency :
       {logistic_efficiency(csi), tabulated_efficiency({0.25, 1.0, 3.0}, {0.1, 0.4, 0.8}),
        nudipole::detector::stepped_efficiency({0.3, 2.0}, {0.2, 0.9}),
        exponential_decay_efficiency(0.52, 0.0494)}) {
    std::vector<double> values(points.size());
    efficiency->values(points, values);
    for (std::size_t i = 0; i < points.size(); ++i) CHECK(values[i] == (*efficiency)(points[i]));
  }
}
