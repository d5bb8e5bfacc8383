#pragma once

#include <optional>

/// Kinematics of nu + target at rest -> (nu or N) + target with recoil kinetic energy T.
/// All energies and masses in MeV; m is the mass of the outgoing neutrino (0 for active ones).
namespace nudipole::physics {

/// q = sqrt(2 M T + T^2), the momentum of the recoiling target [MeV].
double momentum_transfer_MeV(double recoil_MeV, double target_mass_MeV);

/// Least neutrino energy that gives a recoil T:
/// E_min = 1/2 [T + sqrt(T (T + 2M))] (1 + m^2/(2 M T))   (LLX eq. 8, KDK eq. 18 inverted).
double minimum_energy_MeV(double recoil_MeV, double target_mass_MeV, double neutrino_mass_MeV);

/// Least neutrino energy at which N of mass m can be produced: m + m^2/(2M).
double threshold_energy_MeV(double target_mass_MeV, double neutrino_mass_MeV);

struct RecoilRange {
  double lower_MeV;
  double upper_MeV;
};

/// Recoil energies T_- .. T_+ that a neutrino of energy E can give (KDK eq. 18 is T_+);
/// T_- = m^4/(4 M (2E + M) T_+) avoids the cancellation for light N.
/// \return nothing below threshold
std::optional<RecoilRange> recoil_range(double energy_MeV, double target_mass_MeV,
                                        double neutrino_mass_MeV);

}  // namespace nudipole::physics
