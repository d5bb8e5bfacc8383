#pragma once

#include "nudipole/core/flavour.hpp"

/// Differential cross sections as polynomials in 1/E at fixed recoil energy T:
/// dsigma/dT = c0 + c1/E + c2/E^2, for neutrino energies E above E_min(T, m). A rate then needs
/// only the flux moments Phi_k = integral of phi(E) E^-k above E_min.
namespace nudipole::physics {

/// Coefficients of E^0, E^-1, E^-2.
struct EnergyPolynomial {
  double c0;
  double c1;
  double c2;

  [[nodiscard]] constexpr double at(double energy_MeV) const {
    return c0 + (c1 + c2 / energy_MeV) / energy_MeV;
  }
};

enum class Helicity { neutrino, antineutrino };

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

/// Elastic scattering on one free electron (LLX eq. 5, with the couplings in their usual roles):
/// G_F^2 m_e/(2 pi) [(gV+gA)^2 + (gV-gA)^2 (1-T/E)^2 - (gV^2-gA^2) m_e T/E^2],
/// nu_e: gV = 2 s^2 + 1/2, gA = 1/2; others: gV = 2 s^2 - 1/2, gA = -1/2; antineutrinos gA -> -gA;
/// s^2 = sin^2 theta_W = 0.23863 at zero momentum transfer.
/// \return cm^2/MeV per electron (times MeV^k)
EnergyPolynomial electron_scattering(double recoil_MeV, Flavour flavour, Helicity helicity);

}  // namespace nudipole::physics
