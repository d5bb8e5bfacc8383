#include "nudipole/physics/dipole_upscattering.hpp"

#include "nudipole/core/constants.hpp"

namespace nudipole::physics {

EnergyPolynomial dipole_upscattering(double recoil_MeV, double target_mass_MeV,
                                     double sterile_mass_MeV) {
  const double T = recoil_MeV;
  const double M = target_mass_MeV;
  const double m2 = sterile_mass_MeV * sterile_mass_MeV;
  const double share = m2 / (2.0 * M * T);  // m^2/(2 M T)
  return {.c0 = constants::alpha / T,
          .c1 = -constants::alpha * (1.0 + share),
          .c2 = -constants::alpha * (M - T) / (4.0 * M * T) * m2 * (1.0 + share)};
}

}  // namespace nudipole::physics
