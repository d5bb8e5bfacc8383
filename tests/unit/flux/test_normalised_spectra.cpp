#include "nudipole/flux/tabulated_spectrum.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using namespace nudipole;
using flux::Moments;
using flux::normalised_histogram_spectrum;
using flux::normalised_linear_spectrum;

namespace {

const std::vector<double> energies{0.5, 1.0, 2.25, 8.0};
const std::vector<double> densities{0.0, 3.0, 2.0, 0.25};

void check(const Moments& moments, double phi0, double phi1, double phi2, double tolerance) {
  CHECK(moments.phi0 == Approx(phi0).epsilon(tolerance));
  CHECK(moments.phi1 == Approx(phi1).epsilon(tolerance));
  CHECK(moments.phi2 == Approx(phi2).epsilon(tolerance));
}

}  // namespace

TEST_CASE("moments of a piecewise-linear spectrum against multi-precision integrals") {
  // Antiderivatives of (c + s E) E^-k between the rows with 40 digits (mpmath), divided by the
  // integral 10.34375. A few roundings; next to the end point that of 8 - x, 2e-16/1e-7.
  const auto spectrum = normalised_linear_spectrum({energies, densities});
  check(spectrum->moments_above(0.0), 1.0, 0.450298047176324603, 0.299003770017170433, 2e-15);
  check(spectrum->moments_above(0.75), 0.981873111782477341, 0.422880072488662309,
        0.257162982232374175, 2e-15);
  check(spectrum->moments_above(1.0), 0.927492447129909366, 0.36130145906078004,
        0.186966734767897021, 2e-15);
  check(spectrum->moments_above(2.2499), 0.625396979238670736, 0.160074058071780634,
        0.0455936902319085944, 2e-15);
  check(spectrum->moments_above(2.25), 0.625377643504531722, 0.16006546422118615,
        0.0455898706578742437, 2e-15);
  check(spectrum->moments_above(5.0), 0.204912649415473532, 0.0337222082476781103,
        0.00563761815958954893, 2e-15);
  check(spectrum->moments_above(7.9999999), 2.41691858289759223e-9, 3.02114824750416731e-10,
        3.77643533298293061e-11, 1e-8);
}

TEST_CASE("moments of a histogram against multi-precision integrals") {
  // Values 2, 1, 4 per MeV between 0, 0.25, 1, 1.5 MeV; 40 digits (mpmath).
  const auto spectrum = normalised_histogram_spectrum({0.0, 0.25, 1.0, 1.5}, {2.0, 1.0, 4.0});
  check(spectrum->moments_above(0.1), 0.938461538461538458, 1.48945730993872559, 5.0256410256410253,
        2e-15);
  check(spectrum->moments_above(0.6), 0.738461538461538468, 0.656211094214968692,
        0.615384615384615404, 2e-15);
  check(spectrum->moments_above(1.25), 0.307692307692307692, 0.224395762207944155,
        0.164102564102564103, 2e-15);
  // 1/E has no integral from 0 on.
  const Moments all = spectrum->moments_above(0.0);
  CHECK(all.phi0 == Approx(1.0).epsilon(2e-15));
  CHECK(std::isinf(all.phi1));
  CHECK(std::isinf(all.phi2));
}

TEST_CASE("narrow pieces keep their digits") {
  // Just below a row the moments differ from those at the row by density x step x E^-k, up to
  // second order in the step: (slope/density + k/E) step/2, below 2 steps here. The first two
  // segments are computed by series and by logarithms.
  const auto spectrum = normalised_linear_spectrum({energies, densities});
  const double integral = 10.34375;
  const Moments at = spectrum->moments_above(8.0);
  CHECK(at.phi0 == 0.0);
  for (const double wanted : {1e-2, 1e-4, 1e-6}) {
    const double x = 8.0 - wanted;
    const double step = 8.0 - x;
    INFO("step " << step);
    check(spectrum->moments_above(x), 0.25 * step / integral, 0.25 / 8.0 * step / integral,
          0.25 / 64.0 * step / integral, 2.0 * step);
  }
}

TEST_CASE("all forms of the integrals agree where they meet") {
  // (E_2 - x)/E_2 = 0.1 and 0.5 divide them; a straddling pair differs by the density in between.
  const auto spectrum = normalised_linear_spectrum({{1.0, 10.0}, {1.0, 4.0}});
  for (const double border : {9.0, 5.0}) {
    INFO("at " << border << " MeV");
    const Moments a = spectrum->moments_above(border + 1e-9);
    const Moments b = spectrum->moments_above(border - 1e-9);
    const double density = (1.0 + (border - 1.0) / 3.0) / 22.5;
    // Some 20 roundings of the moments over the difference of 2e-9.
    CHECK((b.phi1 - a.phi1) == Approx(2e-9 * density / border).epsilon(1e-5));
    CHECK((b.phi2 - a.phi2) == Approx(2e-9 * density / border / border).epsilon(1e-5));
  }
}

TEST_CASE("nothing is above the end point and breaks are the rows") {
  const auto spectrum = normalised_linear_spectrum({energies, densities});
  CHECK(spectrum->breaks_MeV() == energies);
  for (const double x : {8.0, 9.0, 1e6}) {
    const Moments moments = spectrum->moments_above(x);
    CHECK(moments.phi0 == 0.0);
    CHECK(moments.phi1 == 0.0);
    CHECK(moments.phi2 == 0.0);
  }
}

TEST_CASE("bad tables are refused") {
  CHECK_THROWS_AS(normalised_linear_spectrum({{1.0}, {1.0}}), DataError);
  CHECK_THROWS_AS(normalised_linear_spectrum({{1.0, 1.0}, {1.0, 1.0}}), DataError);
  CHECK_THROWS_AS(normalised_linear_spectrum({{-1.0, 1.0}, {1.0, 1.0}}), DataError);
  CHECK_THROWS_AS(normalised_linear_spectrum({{1.0, 2.0}, {1.0}}), DataError);
  CHECK_THROWS_AS(normalised_linear_spectrum({{1.0, 2.0}, {1.0, -1.0}}), DataError);
  CHECK_THROWS_AS(normalised_linear_spectrum({{1.0, 2.0}, {0.0, 0.0}}), DataError);
  CHECK_THROWS_AS(normalised_histogram_spectrum({1.0, 2.0}, {1.0, 1.0}), DataError);
}
