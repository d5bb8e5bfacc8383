#include "nudipole/physics/sterile_decay.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::physics {

double decay_width_MeV(double sterile_mass_MeV, double squared_couplings_mu_B2,
                       SterileNature nature) {
  const double per_mu_B = units::bohr_magneton_per_MeV();
  const double squared_per_MeV2 = squared_couplings_mu_B2 * per_mu_B * per_mu_B;
  const double dirac = squared_per_MeV2 * std::pow(sterile_mass_MeV, 3) / (16.0 * constants::pi);
  return nature == SterileNature::majorana ? 2.0 * dirac : dirac;
}

double proper_decay_length_cm(double sterile_mass_MeV, double squared_couplings_mu_B2,
                              SterileNature nature) {
  const double width_MeV = decay_width_MeV(sterile_mass_MeV, squared_couplings_mu_B2, nature);
  if (width_MeV == 0.0) return std::numeric_limits<double>::infinity();
  constexpr double cm_per_fm = 1.0e-13;
  return constants::hbar_c_MeV_fm * cm_per_fm / width_MeV;
}

double decay_length_cm(double energy_MeV, double sterile_mass_MeV, double squared_couplings_mu_B2,
                       SterileNature nature) {
  const double proper_cm =
      proper_decay_length_cm(sterile_mass_MeV, squared_couplings_mu_B2, nature);
  if (std::isinf(proper_cm)) return proper_cm;
  // In factors: E^2 - m^2 loses its digits near rest.
  const double momentum_MeV =
      std::sqrt(std::max(energy_MeV - sterile_mass_MeV, 0.0) * (energy_MeV + sterile_mass_MeV));
  return momentum_MeV / sterile_mass_MeV * proper_cm;
}

double decay_probability(double path_cm, double length_cm) {
  if (path_cm == 0.0) return 0.0;
  return -std::expm1(-path_cm / length_cm);
}

}  // namespace nudipole::physics
