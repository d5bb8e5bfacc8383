#include "nudipole/core/units.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole;

TEST_CASE("The Bohr magneton in natural units is e/(2 m_e)") {
  const double charge = std::sqrt(4.0 * constants::pi * constants::alpha);
  CHECK(units::bohr_magneton_per_MeV() ==
        Approx(charge / (2.0 * constants::electron_mass_MeV)).epsilon(1.0e-14));
  // 296.304053924: decimal arithmetic with 40 digits on the same CODATA values, rounded.
  CHECK(units::bohr_magneton_per_GeV() == Approx(296.304053924).epsilon(2.0e-12));
}

TEST_CASE("Upscattering by one Bohr magneton has the scale pi r_e^2") {
  // alpha mu_B^2 = pi alpha^2/m_e^2 is pi times the classical electron radius squared (CODATA
  // 2018).
  const double mu_B = units::bohr_magneton_per_MeV();
  const double area_cm2 = constants::alpha * mu_B * mu_B * constants::cm2_per_inverse_MeV2;
  const double radius_cm = 2.8179403262e-13;
  CHECK(area_cm2 == Approx(constants::pi * radius_cm * radius_cm).epsilon(2.0e-9));
}

TEST_CASE("Couplings convert between Bohr magnetons and natural units") {
  CHECK(DipoleCoupling::from_per_GeV(1.0e-6).mu_B() == Approx(3.3749e-9).epsilon(2.0e-5));
  CHECK(DipoleCoupling::from_mu_B(1.0).per_GeV() == Approx(296.304053924).epsilon(2.0e-12));
  for (const double value : {1.0e-12, 3.0e-9, 1.0}) {
    CHECK(DipoleCoupling::from_per_GeV(value).per_GeV() == Approx(value).epsilon(1.0e-15));
    CHECK(DipoleCoupling::from_mu_B(value).mu_B() == value);
    CHECK(DipoleCoupling::from_mu_B(value).squared_mu_B2() == value * value);
    CHECK(DipoleCoupling::from_square(value * value).mu_B() == Approx(value).epsilon(1.0e-15));
  }
}

TEST_CASE("The coupling of a square that rounding made negative is zero") {
  CHECK(DipoleCoupling::from_square(-1.0e-30).mu_B() == 0.0);
  CHECK(DipoleCoupling::from_square(0.0).squared_mu_B2() == 0.0);
  CHECK(std::isnan(DipoleCoupling::from_square(std::nan("")).mu_B()));
}

TEST_CASE("Factors at the borders of the program are inverse to each other") {
  CHECK(units::MeV_per_keV * units::keV_per_MeV == 1.0);
  CHECK(units::seconds_per_day == 24.0 * 60.0 * 60.0);
  CHECK(units::cm_per_m == 100.0);
  CHECK(units::g_per_kg == 1000.0);
}
