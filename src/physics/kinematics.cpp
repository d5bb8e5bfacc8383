#include "nudipole/physics/kinematics.hpp"

#include <cmath>

namespace nudipole::physics {

double momentum_transfer_MeV(double recoil_MeV, double target_mass_MeV) {
  return std::sqrt(recoil_MeV * (recoil_MeV + 2.0 * target_mass_MeV));
}

double minimum_energy_MeV(double recoil_MeV, double target_mass_MeV, double neutrino_mass_MeV) {
  const double massless = 0.5 * (recoil_MeV + momentum_transfer_MeV(recoil_MeV, target_mass_MeV));
  return massless *
         (1.0 + neutrino_mass_MeV * neutrino_mass_MeV / (2.0 * target_mass_MeV * recoil_MeV));
}

double threshold_energy_MeV(double target_mass_MeV, double neutrino_mass_MeV) {
  return neutrino_mass_MeV + neutrino_mass_MeV * neutrino_mass_MeV / (2.0 * target_mass_MeV);
}

std::optional<RecoilRange> recoil_range(double energy_MeV, double target_mass_MeV,
                                        double neutrino_mass_MeV) {
  const double E = energy_MeV;
  const double M = target_mass_MeV;
  const double m = neutrino_mass_MeV;
  const double above_threshold = E - threshold_energy_MeV(M, m);
  if (above_threshold < 0.0) return std::nullopt;
  // m^4 - 4 m^2 M (E + M) + 4 E^2 M^2 in factors, exact at threshold.
  const double root = 2.0 * M * std::sqrt(above_threshold * (E + m - m * m / (2.0 * M)));
  const double upper = (E * E - 0.5 * m * m + E / (2.0 * M) * (root - m * m)) / (2.0 * E + M);
  const double lower = m * m * m * m / (4.0 * M * (2.0 * E + M) * upper);
  return RecoilRange{.lower_MeV = lower, .upper_MeV = upper};
}

}  // namespace nudipole::physics
