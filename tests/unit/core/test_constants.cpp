#include "nudipole/core/constants.hpp"

#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::constants;

// Constants are tested by identities with other CODATA 2018 values, not by their own digits.

TEST_CASE("The classical electron radius follows from alpha, hbar c and the electron mass") {
  constexpr double codata_radius_fm = 2.8179403262;
  CHECK(alpha * hbar_c_MeV_fm / electron_mass_MeV == Approx(codata_radius_fm).epsilon(1.0e-9));
}

TEST_CASE("One inverse MeV squared is 3.893793719e-22 cm^2") {
  // (hbar c)^2 with hbar c = 197.3269804 MeV fm; the digits are those of the area as printed.
  CHECK(cm2_per_inverse_MeV2 == Approx(3.893793719e-22).epsilon(2.0e-10));
}

TEST_CASE("Avogadro's number of atomic mass units is one gram") {
  constexpr double joule_per_MeV = 1.602176634e-13;  // exact, SI
  constexpr double light_m_per_s = 299792458.0;      // exact, SI
  const double grams = 1.0e3 * atomic_mass_unit_MeV * joule_per_MeV /
                       (light_m_per_s * light_m_per_s) * avogadro_per_mol;
  CHECK(grams == Approx(1.0).epsilon(1.0e-9));  // CODATA 2018: 0.99999999965
}

TEST_CASE("The muon lifetime follows from the Fermi constant and the muon mass") {
  // 1/tau = G_F^2 m^5/(192 pi^3) (1 - 8 m_e^2/m^2) (1 + alpha/(2 pi) (25/4 - pi^2)); the tolerance
  // covers higher orders. Measured: 2.1969811e-6 s (Particle Data Group).
  constexpr double hbar_MeV_s = 6.582119569e-22;
  const double mass_ratio = electron_mass_MeV / muon_mass_MeV;
  const double rate_MeV = fermi_per_MeV2 * fermi_per_MeV2 * std::pow(muon_mass_MeV, 5) /
                          (192.0 * std::pow(pi, 3)) * (1.0 - 8.0 * mass_ratio * mass_ratio) *
                          (1.0 + alpha / (2.0 * pi) * (6.25 - pi * pi));
  CHECK(hbar_MeV_s / rate_MeV == Approx(2.1969811e-6).epsilon(3.0e-5));
}

TEST_CASE("Pions at rest send out muon neutrinos of 29.79 MeV") {
  const double energy_MeV =
      (pion_mass_MeV * pion_mass_MeV - muon_mass_MeV * muon_mass_MeV) / (2.0 * pion_mass_MeV);
  CHECK(energy_MeV == Approx(29.792).margin(5.0e-4));
}
