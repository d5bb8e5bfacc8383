#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/physics/energy_polynomial.hpp"

namespace nudipole::physics {

/// Weak charges of LLX eq. 4 (one-loop): g_V^p per neutrino flavour, g_V^n.
double proton_vector_coupling(Flavour flavour);
inline constexpr double neutron_vector_coupling = -0.5094;

/// Which terms of the CEvNS cross section are kept.
enum class CoherentTerms {
  full,    ///< 1 - T/E - M T/(2 E^2)
  leading  ///< 1 - M T/(2 E^2), as printed in LLX eq. 3 and KDK eq. 2
};

/// Coherent elastic neutrino-nucleus scattering for unit weak charge squared:
/// G_F^2 M/pi (1 - T/E - M T/(2 E^2)). LLX and KDK drop -T/E, which lowers the CsI rate by
/// 1.2e-3. Multiply by Q^2 = (g_V^p Z F_Z + g_V^n N F_N)^2.
/// \return cm^2/MeV (times MeV^k)
EnergyPolynomial coherent_scattering(double recoil_MeV, double nuclear_mass_MeV,
                                     CoherentTerms terms);

}  // namespace nudipole::physics
