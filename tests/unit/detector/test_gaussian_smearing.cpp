#include "nudipole/core/error.hpp"
#include "nudipole/detector/smearing.hpp"
#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::detector;

TEST_CASE("a resolution is the sum of its terms") {
  const ResolutionPolynomial all{
      .constant = 1.0, .root = 2.0, .linear = 3.0, .quadratic = 5.0, .cubic = 7.0};
  // 1 + 2 x 2 + 3 x 4 + 5 x 16 + 7 x 64
  CHECK(all.width_keV(4.0) == Approx(545.0).epsilon(1e-15));
  CHECK(gaussian_smearing(all)->width(4.0e-3) == Approx(545.0).epsilon(1e-14));
}

TEST_CASE("a Gaussian of any resolution against the error function") {
  const auto smearing = gaussian_smearing({.constant = 0.5});
  CHECK(smearing->mean(3.0e-3) == Approx(3.0).epsilon(1e-15));
  // One standard deviation on either side, two above; and a tail of 8 to 9 from mpmath.
  CHECK(smearing->probability(2.5, 3.5, 3.0e-3) == Approx(0.68268949213708590).epsilon(1e-14));
  CHECK(smearing->probability(3.0, 4.0, 3.0e-3) == Approx(0.47724986805182079).epsilon(1e-14));
  CHECK(smearing->probability(7.0, 7.5, 3.0e-3) == Approx(6.2198320e-16).epsilon(1e-6));
  CHECK(smearing->density(3.5, 3.0e-3) == Approx(2.0 * 0.24197072451914337).epsilon(1e-14));
  CHECK(smearing->probability(0.0, 9.0, 0.0) == 0.0);
  CHECK(smearing->largest_step_MeV(3.0e-3) == Approx(0.5e-3).epsilon(1e-15));
}

TEST_CASE("a resolution that is not positive is an error") {
  const auto smearing = gaussian_smearing({.constant = 1.0, .linear = -1.0});
  CHECK(smearing->width(0.5e-3) == Approx(0.5));
  CHECK_THROWS_AS(smearing->width(2.0e-3), NumericalError);
}

TEST_CASE("a Gaussian around another position than the energy") {
  const PositionCurve curve{
      .offset = -2.0, .slope = 1.5, .quadratic = 0.25, .exponential = 4.0, .decay = 2.0};
  // -2 + 6 + 4 + 4 exp(-2); slope 1.5 + 2 - 2 exp(-2)
  CHECK(curve.position_keV(4.0) == Approx(8.0 + 4.0 * std::exp(-2.0)).epsilon(1e-15));
  CHECK(curve.slope_at(4.0) == Approx(3.5 - 2.0 * std::exp(-2.0)).epsilon(1e-15));
  const auto smearing = gaussian_smearing({.root = 0.5}, curve);
  CHECK(smearing->width(4.0e-3) == Approx(1.0).epsilon(1e-14));  // of the energy, not the position
  const double mean = smearing->mean(4.0e-3);
  CHECK(mean == Approx(8.5413411329464508).epsilon(1e-15));
  CHECK(smearing->probability(mean - 1.0, mean + 1.0, 4.0e-3) ==
        Approx(0.68268949213708590).epsilon(1e-14));
  CHECK(smearing->density(mean + 1.0, 4.0e-3) == Approx(0.24197072451914337).epsilon(1e-14));
  // A step of E moves the position by the slope: it must not pass one width.
  CHECK(smearing->largest_step_MeV(4.0e-3) == Approx(1.0e-3 / curve.slope_at(4.0)).epsilon(1e-14));
}

TEST_CASE("Probabilities of adjoining bins have the bits of those of each bin") {
  const auto smearing = nudipole::detector::gaussian_smearing({.constant = 0.1, .root = 0.3});
  const std::vector<double> edges{-2.0, 0.0, 0.4, 1.0, 1.0625, 2.0, 30.0};
  for (const double e_ee_MeV : {0.0, 0.3e-3, 1e-3, 5e-3, 100e-3}) {
    std::vector<double> all(edges.size() - 1);
    smearing->probabilities(edges, e_ee_MeV, all);
    for (std::size_t bin = 0; bin < all.size(); ++bin) {
      CHECK(all[bin] == smearing->probability(edges[bin], edges[bin + 1], e_ee_MeV));
    }
  }
}
