#include "nudipole/physics/dipole_upscattering.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/physics/kinematics.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using namespace nudipole;
using physics::dipole_upscattering;

namespace {

constexpr double caesium_MeV = 123772.5397389;
constexpr double cm2 = constants::cm2_per_inverse_MeV2;
/// sqrt(pi alpha)/m_e with 40 digits (tests/reference/independent/forty_digits.py) [1/MeV].
constexpr double mu_B_per_MeV = 0.29630405392393922;

/// The bracket of KDK eq. 17 (sign = +1) or as LLX eq. 7 prints it (sign = -1), straight in E and
/// T.
double bracket(double E, double T, double M, double m, double sign) {
  const double m2 = m * m;
  return 1.0 / T - 1.0 / E - m2 / (2.0 * E * M * T) * (1.0 + sign * (M - T) / (2.0 * E)) -
         m2 * m2 * (M - T) / (8.0 * E * E * M * M * T * T);
}

}  // namespace

TEST_CASE("upscattering on caesium at one Bohr magneton") {
  struct Case {
    double energy, mass, recoil, form_factor, sigma_cm2_per_MeV;
  };
  // 40 digits (tests/reference/independent/forty_digits.py), Z = 55, R_p = 4.804 fm.
  const std::vector<Case> cases{{30.0, 10.0, 0.010, 0.77735987709182313, 4.4268208960363062e-20},
                                {30.0, 0.001, 0.010, 0.77735987709182313, 4.5586714028565581e-20},
                                {50.0, 40.0, 0.012, 0.73776318060003538, 2.5789721520595698e-20},
                                {29.79, 25.0, 0.008, 0.81853058876931167, 4.8538572943270293e-20}};
  for (const Case& c : cases) {
    const double charge_squared = 55.0 * 55.0 * c.form_factor * c.form_factor;
    const double sigma = dipole_upscattering(c.recoil, caesium_MeV, c.mass).at(c.energy) * cm2 *
                         mu_B_per_MeV * mu_B_per_MeV * charge_squared;
    INFO("E " << c.energy << " m " << c.mass << " T " << c.recoil);
    CHECK(sigma == Approx(c.sigma_cm2_per_MeV).epsilon(4e-15));  // rounding of ten operations
  }
}

TEST_CASE("upscattering is the bracket of KDK eq. 17 everywhere") {
  for (const double M : {constants::electron_mass_MeV, 37000.0, caesium_MeV}) {
    for (const double m : {1e-3, 0.3, 8.0, 40.0}) {
      for (const double excess : {1.001, 1.2, 5.0}) {
        const double E = excess * physics::threshold_energy_MeV(M, m);
        const auto range = physics::recoil_range(E, M, m);
        REQUIRE(range);
        for (const double share : {0.0, 0.2, 0.9, 1.0}) {
          const double T = range->lower_MeV * std::pow(range->upper_MeV / range->lower_MeV, share);
          INFO("M " << M << " m " << m << " E " << E << " T " << T);
          const double expected = constants::alpha * bracket(E, T, M, m, 1.0);
          // Rounding relative to the largest term, alpha/T.
          CHECK(dipole_upscattering(T, M, m).at(E) ==
                Approx(expected).epsilon(1e-13).margin(1e-14 * constants::alpha / T));
          CHECK(expected > -1e-12 * constants::alpha / T);  // a probability
        }
      }
    }
  }
}

TEST_CASE("the sign inside the round bracket is plus") {
  struct Case {
    double mass, recoil, minus_over_plus;
  };
  // E = 30 MeV, M = 120 GeV; 40 digits: LLX as printed is too large by 6 % and 47 %.
  for (const Case& c :
       {Case{10.0, 0.010, 1.0572314246819696}, Case{25.0, 0.005, 1.4719533568691006}}) {
    const double ours = dipole_upscattering(c.recoil, 120000.0, c.mass).at(30.0);
    const double minus = constants::alpha * bracket(30.0, c.recoil, 120000.0, c.mass, -1.0);
    CHECK(minus / ours == Approx(c.minus_over_plus).epsilon(1e-14));  // rounding
  }
}

TEST_CASE("a massless N has the cross section of a magnetic moment") {
  for (const double T : {1e-3, 0.01, 5.0}) {
    // alpha d^2 (1/T - 1/E) (Vogel and Engel, Phys. Rev. D 39 (1989) 3378, eq. 7 with d for mu).
    const double expected = constants::alpha * (1.0 / T - 1.0 / 20.0);
    CHECK(dipole_upscattering(T, caesium_MeV, 0.0).at(20.0) == Approx(expected).epsilon(1e-15));
    // m^2/(4 E^2 T) relative to 1/T: 6e-10 for m = 1 keV.
    CHECK(dipole_upscattering(T, caesium_MeV, 1e-3).at(20.0) == Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("one Bohr magneton is pi times the classical electron radius squared") {
  // pi alpha^2/m_e^2 (1/T - 1/E); r_e = alpha/m_e = 2.8179403262e-13 cm (CODATA 2018, 11 digits).
  constexpr double r_e_cm = 2.8179403262e-13;
  const double T = 0.02;
  const double E = 7.0;
  const double sigma = dipole_upscattering(T, constants::electron_mass_MeV, 0.0).at(E) * cm2 *
                       mu_B_per_MeV * mu_B_per_MeV;
  // 2e-9: m_e is stored with nine digits.
  CHECK(sigma == Approx(constants::pi * r_e_cm * r_e_cm * (1.0 / T - 1.0 / E)).epsilon(2e-9));
}
