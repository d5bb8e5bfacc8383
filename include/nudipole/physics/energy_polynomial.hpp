#pragma once

/// Differential cross sections are polynomials in 1/E at fixed recoil energy T:
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

}  // namespace nudipole::physics
