#include "nudipole/core/error.hpp"
#include "nudipole/flux/tabulated_spectrum.hpp"
#include "support/catch2.hpp"
#include "support/throws_like.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

using namespace nudipole;
using flux::Moments;
using flux::piecewise_linear_spectrum;
using flux::product_spectrum;

namespace {

/// Straight lines between points, held or zero outside.
double line(const flux::PiecewiseLinear& points, double E) {
  const auto& x = points.energies_MeV;
  if (E <= x.front()) return points.values.front();
  if (E >= x.back()) return points.values.back();
  const auto i = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), E) - x.begin());
  const double share = (E - x[i - 1]) / (x[i] - x[i - 1]);
  return points.values[i - 1] * (1.0 - share) + points.values[i] * share;
}

/// Integral of density x E^-k from x to the end, Simpson's rule in ln E between the knots.
double moment(const std::function<double(double)>& density, std::vector<double> knots, double x,
              int k) {
  std::ranges::sort(knots);
  double sum = 0.0;
  for (std::size_t i = 1; i < knots.size(); ++i) {
    const double lower = std::max(x, knots[i - 1]);
    if (lower >= knots[i]) continue;
    constexpr int steps = 400;
    const double h = std::log(knots[i] / lower) / steps;
    for (int j = 0; j <= steps; ++j) {
      const double E = j == steps ? knots[i] : lower * std::exp(h * j);
      const double weight = j == 0 || j == steps ? 1.0 : (j % 2 == 1 ? 4.0 : 2.0);
      sum += weight * h / 3.0 * density(E) * std::pow(E, 1 - k);
    }
  }
  return sum;
}

const flux::PiecewiseLinear shape{{2.0, 2.1, 2.4, 5.0, 9.0, 9.2}, {0.3, 1.0, 0.7, 2.0, 0.1, 0.0}};
const flux::PiecewiseLinear share{{1.0, 2.3, 6.0, 8.0}, {0.9, 0.5, 0.3, 0.4}};

}  // namespace

TEST_CASE("Moments of a triangle in closed form") {
  // phi = E - 1 from 1 to 2: Phi_0 = 1/2, Phi_1 = 1 - ln 2, Phi_2 = ln 2 - 1/2.
  const auto spectrum = piecewise_linear_spectrum({{1.0, 2.0}, {0.0, 1.0}});
  const Moments all = spectrum->moments_above(1.0);
  CHECK(all.phi0 == Approx(0.5).epsilon(1e-15));
  CHECK(all.phi1 == Approx(1.0 - std::log(2.0)).epsilon(1e-15));
  CHECK(all.phi2 == Approx(std::log(2.0) - 0.5).epsilon(2e-15));
  CHECK(spectrum->moments_above(0.0).phi2 == all.phi2);  // nothing below the first point
  for (const double x : {2.0, 2.1, 1e9}) CHECK(spectrum->moments_above(x).phi0 == 0.0);
  // From E = 0: phi = E up to 1 has Phi_1 = 1 - x and Phi_2 = -ln x.
  const auto ramp = piecewise_linear_spectrum({{0.0, 1.0}, {0.0, 1.0}});
  CHECK(ramp->moments_above(0.0).phi0 == Approx(0.5).epsilon(1e-15));
  CHECK(ramp->moments_above(0.0).phi1 == Approx(1.0).epsilon(1e-15));
  CHECK(ramp->moments_above(1e-12).phi2 == Approx(12.0 * std::log(10.0)).epsilon(1e-14));
}

TEST_CASE("Moments are the integrals of the lines between the points") {
  const auto linear = piecewise_linear_spectrum(shape);
  const auto product = product_spectrum(shape, share);
  std::vector<double> knots = shape.energies_MeV;
  knots.insert(knots.end(), {2.3, 6.0, 8.0});
  for (const double x : {2.0, 2.05, 2.1, 2.35, 3.0, 7.0, 8.9, 9.1, 9.19}) {
    INFO("above " << x << " MeV");
    const Moments a = linear->moments_above(x);
    const Moments b = product->moments_above(x);
    const auto first = [](double E) { return line(shape, E); };
    const auto second = [](double E) { return line(shape, E) * line(share, E); };
    // Simpson's error is below 1e-11 on these panels.
    constexpr double tolerance = 1e-10;
    CHECK(a.phi0 == Approx(moment(first, knots, x, 0)).epsilon(tolerance));
    CHECK(a.phi1 == Approx(moment(first, knots, x, 1)).epsilon(tolerance));
    CHECK(a.phi2 == Approx(moment(first, knots, x, 2)).epsilon(tolerance));
    CHECK(b.phi0 == Approx(moment(second, knots, x, 0)).epsilon(tolerance));
    CHECK(b.phi1 == Approx(moment(second, knots, x, 1)).epsilon(tolerance));
    CHECK(b.phi2 == Approx(moment(second, knots, x, 2)).epsilon(tolerance));
  }
}

TEST_CASE("A piece gives the same on both sides of the series' border and next to the end point") {
  // phi = 10 - E on 5 .. 10: Phi_1 = 10 ln(10/x) - w, Phi_2 = 10/x - 1 - ln(10/x), w = 10 - x.
  const auto spectrum = piecewise_linear_spectrum({{5.0, 10.0}, {5.0, 0.0}});
  for (const double w : {0.99999999, 1.00000001, 2.5}) {
    const double logarithm = -std::log1p(-w / 10.0);
    const Moments moments = spectrum->moments_above(10.0 - w);
    // The closed forms lose two digits at this w.
    CHECK(moments.phi1 == Approx(10.0 * logarithm - w).epsilon(1e-13));
    CHECK(moments.phi2 == Approx(w / (10.0 - w) - logarithm).epsilon(1e-13));
  }
  for (const double w : {1e-3, 1e-6, 1e-9}) {
    const double x = 10.0 - w;
    const double exact_w = 10.0 - x;
    const Moments moments = spectrum->moments_above(x);
    // Leading terms w^2/20 (1 + w/15) and w^2/200 (1 + 2 w/15); next ones are at most 1.5 (w/10)^2.
    const double tolerance = 1.6 * exact_w * exact_w / 100.0 + 1e-14;
    CHECK(moments.phi1 ==
          Approx(exact_w * exact_w / 20.0 * (1.0 + exact_w / 15.0)).epsilon(tolerance));
    CHECK(moments.phi2 ==
          Approx(exact_w * exact_w / 200.0 * (1.0 + 2.0 * exact_w / 15.0)).epsilon(tolerance));
  }
}

TEST_CASE("The end point is where the last line reaches zero, breaks are all points") {
  const auto linear = piecewise_linear_spectrum({{1.0, 2.0, 3.0, 4.0}, {1.0, 1.0, 0.0, 0.0}});
  CHECK(linear->breaks_MeV() == std::vector{1.0, 2.0, 3.0});
  const auto product = product_spectrum(shape, share);
  CHECK(product->breaks_MeV() == std::vector{2.0, 2.1, 2.3, 2.4, 5.0, 6.0, 8.0, 9.0, 9.2});
}

TEST_CASE("Tables that are no spectra are refused") {
  const auto refused = [](std::vector<double> energies, std::vector<double> values,
                          const std::string& part) {
    test::check_throws<DataError>(
        [&] {
          (void)piecewise_linear_spectrum({energies, values});
        },
        {part});
  };
  refused({1.0}, {1.0}, "at least two points");
  refused({1.0, 2.0}, {1.0}, "2 energies and 1 values");
  refused({1.0, 1.0}, {1.0, 2.0}, "energies do not ascend at 1.0");
  refused({-1.0, 1.0}, {1.0, 2.0}, "energies do not ascend at -1.0");
  refused({1.0, 2.0}, {1.0, -2.0}, "negative or not finite at 2.0");
  refused({1.0, 2.0}, {0.0, 0.0}, "all values are 0");
  test::check_throws<DataError>(
      [] {
        (void)product_spectrum(shape, {{1.0, 2.0}, {0.5, -0.1}});
      },
      {"probability", "2.0"});
}
