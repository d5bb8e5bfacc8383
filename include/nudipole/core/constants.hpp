#pragma once

#include <numbers>

/// Constants of nature. Internal units: MeV for energies and masses, cm^2 for cross sections,
/// fm for lengths, microseconds for times. Values: CODATA 2018 and the Particle Data Group.
namespace nudipole::constants {

inline constexpr double pi = std::numbers::pi;

/// Fine-structure constant (CODATA 2018).
inline constexpr double alpha = 1.0 / 137.035999084;
/// Fermi constant [MeV^-2] (PDG).
inline constexpr double fermi_per_MeV2 = 1.1663787e-11;
/// Electron mass [MeV] (CODATA 2018).
inline constexpr double electron_mass_MeV = 0.51099895;
/// Muon mass [MeV] (CODATA 2018).
inline constexpr double muon_mass_MeV = 105.6583755;
/// Charged-pion mass [MeV] (PDG).
inline constexpr double pion_mass_MeV = 139.57039;
/// Atomic mass unit [MeV] (CODATA 2018).
inline constexpr double atomic_mass_unit_MeV = 931.49410242;
/// Avogadro constant [1/mol] (exact).
inline constexpr double avogadro_per_mol = 6.02214076e23;
/// hbar c [MeV fm] (CODATA 2018, ten digits of the SI's exact value).
inline constexpr double hbar_c_MeV_fm = 197.3269804;
/// 1 MeV^-2 as an area [cm^2]; 1 fm = 1e-13 cm.
inline constexpr double cm2_per_inverse_MeV2 = hbar_c_MeV_fm * hbar_c_MeV_fm * 1.0e-26;

}  // namespace nudipole::constants
