#include "nudipole/detector/smearing.hpp"

#include "nudipole/math/gauss_legendre.hpp"
#include "support/catch2.hpp"

#include <cmath>

using nudipole::detector::gamma_smearing;
using nudipole::detector::sharp_smearing;
using nudipole::detector::Smearing;

namespace {

// COHERENT CsI[Na] 2022: a = 0.0749 keV/E, b = 9.56/keV E.
constexpr double scale_MeV = 0.0749e-3;
constexpr double rate_per_MeV = 9.56e3;

/// Integral of x^power times the density over [lower, upper] on `panels` panels.
double integral(const Smearing& smearing, double e_ee_MeV, double lower, double upper, int power,
                int panels) {
  const double step = (upper - lower) / panels;
  double sum = 0.0;
  for (int k = 0; k < panels; ++k) {
    sum += nudipole::math::integrate(
        nudipole::math::gauss_legendre(32), lower + k * step, lower + (k + 1) * step,
        [&](double x) { return std::pow(x, power) * smearing.density(x, e_ee_MeV); });
  }
  return sum;
}

}  // namespace

TEST_CASE("the gamma distribution is normalised with mean 1/a") {
  const auto smearing = gamma_smearing(scale_MeV, rate_per_MeV);
  for (const double e_ee_MeV : {0.3e-3, 0.749e-3, 2e-3, 4.5e-3}) {
    INFO("E_ee " << e_ee_MeV);
    const double mean = e_ee_MeV / scale_MeV;
    const double upper = 12.0 * mean;  // the tail beyond is below 1e-16 for shapes above 3
    // Numerical integrals; closed forms of the gamma distribution: mean 1/a, variance
    // mean^2/(1 + b). Rounding of the logarithm of the density times its shape.
    CHECK(integral(*smearing, e_ee_MeV, 0.0, upper, 0, 200) == Approx(1.0).epsilon(1e-10));
    CHECK(integral(*smearing, e_ee_MeV, 0.0, upper, 1, 200) == Approx(mean).epsilon(1e-10));
    const double shape = 1.0 + rate_per_MeV * e_ee_MeV;
    CHECK(integral(*smearing, e_ee_MeV, 0.0, upper, 2, 200) ==
          Approx(mean * mean * (1.0 + 1.0 / shape)).epsilon(1e-10));
    CHECK(smearing->mean(e_ee_MeV) == Approx(mean).epsilon(1e-15));
    CHECK(smearing->width(e_ee_MeV) == Approx(mean / std::sqrt(shape)).epsilon(1e-15));
    CHECK(smearing->probability(0.0, 1e9, e_ee_MeV) == Approx(1.0).epsilon(1e-14));
    CHECK_FALSE(smearing->sharp_value(e_ee_MeV));
  }
}

TEST_CASE("probabilities of the gamma distribution are integrals of the density") {
  const auto smearing = gamma_smearing(scale_MeV, rate_per_MeV);
  for (const double e_ee_MeV : {0.2e-3, 0.8e-3, 3e-3}) {
    for (const auto& [lower, upper] : {std::pair{0.0, 8.0}, {8.0, 12.0}, {24.0, 32.0}}) {
      INFO("E_ee " << e_ee_MeV << " from " << lower);
      CHECK(
          smearing->probability(lower, upper, e_ee_MeV) ==
          Approx(integral(*smearing, e_ee_MeV, lower, upper, 0, 40)).epsilon(1e-11).margin(1e-15));
    }
  }
}

TEST_CASE("the gamma distribution with shape two has a closed form") {
  // 1 + b = 2 and a = 0.1: f(x) = (2a)^2 x exp(-2 a x), P(X > x) = (1 + 2 a x) exp(-2 a x).
  const double e_ee_MeV = 0.5;
  const auto smearing = gamma_smearing(0.05, 2.0);
  const auto above = [](double x) { return (1.0 + 0.2 * x) * std::exp(-0.2 * x); };
  for (const double x : {0.01, 3.0, 10.0, 70.0}) {
    CHECK(smearing->density(x, e_ee_MeV) == Approx(0.04 * x * std::exp(-0.2 * x)).epsilon(1e-13));
    CHECK(smearing->probability(x, x + 4.0, e_ee_MeV) ==
          Approx(above(x) - above(x + 4.0)).epsilon(1e-13));
  }
  CHECK(smearing->density(0.0, e_ee_MeV) == 0.0);
  CHECK(smearing->density(-1.0, e_ee_MeV) == 0.0);
}

TEST_CASE("without deposited energy everything is at zero") {
  const auto smearing = gamma_smearing(scale_MeV, rate_per_MeV);
  CHECK(smearing->density(1.0, 0.0) == 0.0);
  CHECK(smearing->probability(0.0, 8.0, 0.0) == 1.0);
  CHECK(smearing->probability(8.0, 12.0, 0.0) == 0.0);
}

TEST_CASE("a sharp response is a number") {
  const auto smearing = sharp_smearing(1.17e3);  // CsI 2017: 1.17 PE/keV
  CHECK(*smearing->sharp_value(0.010) == Approx(11.7).epsilon(1e-15));
  CHECK(smearing->mean(0.010) == Approx(11.7).epsilon(1e-15));
  CHECK(smearing->width(0.010) == 0.0);
  CHECK(smearing->probability(10.0, 12.0, 0.010) == 1.0);
  CHECK(smearing->probability(12.0, 14.0, 0.010) == 0.0);
  // Lower edges are inside, upper edges are not.
  const auto unit = sharp_smearing(1.0);
  CHECK(unit->probability(2.0, 3.0, 2.0) == 1.0);
  CHECK(unit->probability(1.0, 2.0, 2.0) == 0.0);
}

TEST_CASE("Less than 1e-22 of a gamma distribution is beyond its reach, and not much less") {
  const auto smearing = gamma_smearing(scale_MeV, rate_per_MeV);
  for (const double e_ee_MeV : {0.1e-3, 0.749e-3, 2e-3, 4.5e-3, 20e-3}) {
    INFO("E_ee " << e_ee_MeV);
    const double width = smearing->width(e_ee_MeV);
    const double mean = smearing->mean(e_ee_MeV);
    const double end = mean + smearing->reach(e_ee_MeV) * width;
    CHECK(smearing->probability(end, 1e9, e_ee_MeV) < 1e-22);
    CHECK(smearing->probability(0.9 * end, 1e9, e_ee_MeV) > 1e-22);
    CHECK(smearing->probability(0.0, mean - smearing->reach(e_ee_MeV) * width, e_ee_MeV) < 1e-16);
  }
}
