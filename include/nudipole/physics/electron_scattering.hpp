#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/physics/energy_polynomial.hpp"

namespace nudipole::physics {

/// Elastic scattering on one free electron (LLX eq. 5, with the couplings in their usual roles):
/// G_F^2 m_e/(2 pi) [(gV+gA)^2 + (gV-gA)^2 (1-T/E)^2 - (gV^2-gA^2) m_e T/E^2],
/// nu_e: gV = 2 s^2 + 1/2, gA = 1/2; others: gV = 2 s^2 - 1/2, gA = -1/2; antineutrinos gA -> -gA;
/// s^2 = sin^2 theta_W = 0.23863 at zero momentum transfer.
/// \return cm^2/MeV per electron (times MeV^k)
EnergyPolynomial electron_scattering(double recoil_MeV, Flavour flavour, Helicity helicity);

}  // namespace nudipole::physics
