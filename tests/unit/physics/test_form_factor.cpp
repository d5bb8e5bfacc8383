#include "nudipole/physics/form_factor.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <limits>
#include <vector>

using nudipole::physics::HelmFormFactor;

namespace {

constexpr double hbar_c_MeV_fm = 197.3269804;

/// R0 of the Helm form factor for an rms radius, s = 0.9 fm.
double box_radius_fm(double rms_radius_fm) {
  return std::sqrt(5.0 / 3.0 * (rms_radius_fm * rms_radius_fm - 3.0 * 0.81));
}

}  // namespace

TEST_CASE("F(0) = 1") {
  for (const double radius_fm : {1.6, 3.4, 4.804, 6.0})
    CHECK(HelmFormFactor{radius_fm}(0.0) == 1.0);
}

TEST_CASE("at small momentum transfer F falls with the rms radius") {
  for (const double radius_fm : {2.0, 4.804, 5.5}) {
    const HelmFormFactor form_factor{radius_fm};
    for (const double qR : {0.01, 0.03}) {
      const double deficit = 1.0 - form_factor(qR / radius_fm * hbar_c_MeV_fm);
      // F = 1 - q^2 R^2/6 + q^4 <r^4>/120, the expansion of any density. <r^4>/R^4 lies between
      // that of a box, 25/21, and that of a Gaussian, 5/3.
      INFO("R " << radius_fm << " qR " << qR);
      const double next_term = (1.0 - deficit / (qR * qR / 6.0)) / (qR * qR / 20.0);
      CHECK(next_term > 25.0 / 21.0);
      CHECK(next_term < 5.0 / 3.0);
    }
  }
}

TEST_CASE("form factor against multi-precision values") {
  struct Case {
    double radius_fm, q_MeV, value;
  };
  // 40 digits (tests/reference/independent/forty_digits.py); x = q R0 = 0.05, 0.0999, 0.1001
  // (around the change from series to sine), 2.5 and 6 (beyond the first zero). Just above the
  // change sin x - x cos x has lost 3 of 16 digits.
  const std::vector<Case> cases{{4.804, 1.6818556907077521, 0.99972060896470685},
                                {4.804, 3.3603476700340887, 0.99888502939291435},
                                {4.804, 3.3670750927969198, 0.99888056250726407},
                                {3.7, 113.87618485663664, 0.43643461616302932},
                                {5.4, 177.38376406128916, -0.060478796293768361}};
  for (const Case& c : cases) {
    INFO("R " << c.radius_fm << " q " << c.q_MeV);
    CHECK(HelmFormFactor{c.radius_fm}(c.q_MeV) == Approx(c.value).epsilon(5e-13));
  }
  // The same for T = 10, 12, 8 keV on Cs-133, M = 123772.5397389 MeV.
  const HelmFormFactor caesium{4.804};
  const auto at_recoil = [&](double T) {
    return caesium(std::sqrt(2.0 * 123772.5397389 * T + T * T));
  };
  CHECK(at_recoil(0.010) == Approx(0.777359877091846).epsilon(2e-13));
  CHECK(at_recoil(0.012) == Approx(0.737763180600062).epsilon(2e-13));
  CHECK(at_recoil(0.008) == Approx(0.818530588769331).epsilon(2e-13));
}

TEST_CASE("zeros are those of the spherical Bessel function j1") {
  const double radius_fm = 4.804;
  const HelmFormFactor form_factor{radius_fm};
  const double unit_MeV = hbar_c_MeV_fm / box_radius_fm(radius_fm);
  // Abramowitz and Stegun, table 10.6: zeros of tan x = x.
  for (const double zero : {4.493409457909064, 7.725251836937707}) {
    CHECK(form_factor(zero * unit_MeV) == Approx(0.0).margin(1e-16));
    CHECK(form_factor(0.999 * zero * unit_MeV) * form_factor(1.001 * zero * unit_MeV) < 0.0);
  }
}

TEST_CASE("a radius that is all surface is refused") {
  // R0^2 > 0 needs R > sqrt(3) x 0.9 fm = 1.5588457 fm.
  CHECK_THROWS_AS(HelmFormFactor{1.5588}, nudipole::DataError);
  CHECK_NOTHROW(HelmFormFactor{1.5589});
  CHECK_THROWS_AS(HelmFormFactor{0.0}, nudipole::DataError);
  CHECK_THROWS_AS(HelmFormFactor{std::numeric_limits<double>::quiet_NaN()}, nudipole::DataError);
}
