#include "nudipole/physics/coherent_scattering.hpp"

#include "fermi_constant.hpp"
#include "nudipole/core/constants.hpp"

namespace nudipole::physics {

double proton_vector_coupling(Flavour flavour) {
  switch (flavour) {
    case Flavour::e: return 0.0401;
    case Flavour::mu: return 0.0318;
    case Flavour::tau: break;
  }
  return 0.0275;
}

EnergyPolynomial coherent_scattering(double recoil_MeV, double nuclear_mass_MeV,
                                     CoherentTerms terms) {
  const double scale = detail::fermi_squared_cm2_per_MeV2 * nuclear_mass_MeV / constants::pi;
  return {.c0 = scale,
          .c1 = terms == CoherentTerms::full ? -scale * recoil_MeV : 0.0,
          .c2 = -scale * 0.5 * nuclear_mass_MeV * recoil_MeV};
}

}  // namespace nudipole::physics
