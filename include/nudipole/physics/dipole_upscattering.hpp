#pragma once

#include "nudipole/physics/energy_polynomial.hpp"

namespace nudipole::physics {

/// Upscattering nu + target -> N + target through the transition magnetic moment, divided by
/// d^2 and by the squared charge:
/// alpha [1/T - 1/E - m^2/(2 E M T) (1 + (M-T)/(2E)) - m^4 (M-T)/(8 E^2 M^2 T^2)]
/// Source   KDK eq. 17. LLX eqs. 7 and 9 print a minus in the round bracket: a misprint.
/// Valid    unpolarised target, spin 1/2 (spin 0 differs by O(T/M)), no nuclear magnetic moment.
/// \param recoil_MeV         T > 0
/// \param target_mass_MeV    M
/// \param sterile_mass_MeV   m
/// \return coefficients in units of 1/MeV (times MeV^k); the cross section per unit d^2 [MeV^2
/// cm^2]
///         follows with the charge squared and cm2_per_inverse_MeV2
EnergyPolynomial dipole_upscattering(double recoil_MeV, double target_mass_MeV,
                                     double sterile_mass_MeV);

}  // namespace nudipole::physics
