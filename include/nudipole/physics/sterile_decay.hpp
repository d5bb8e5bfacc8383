#pragma once

/// Decay of the sterile neutrino, N -> nu gamma, through the same moment that makes it.
namespace nudipole::physics {

/// Whether N is its own antiparticle.
enum class SterileNature {
  dirac,
  majorana  ///< decays twice as fast
};

/// Width [MeV] of N -> nu gamma with L = (d/2) Nbar sigma_{mu nu} nu F^{mu nu} + h.c.:
/// Gamma = sum_a d_a^2 m^3/(16 pi) for a Dirac N, twice that for a Majorana N.
/// \param sterile_mass_MeV          m >= 0
/// \param squared_couplings_mu_B2   sum of d_a^2 over the flavours a that couple: one universal
///                                  moment d counts 3 d^2
double decay_width_MeV(double sterile_mass_MeV, double squared_couplings_mu_B2,
                       SterileNature nature);

/// c tau = hbar c/Gamma [cm], the mean life of an N at rest times the speed of light.
/// \return infinity for an N without mass or without coupling
double proper_decay_length_cm(double sterile_mass_MeV, double squared_couplings_mu_B2,
                              SterileNature nature);

/// Mean length of flight [cm] of an N of total energy E before it decays,
/// L = p/(m Gamma) hbar c = 16 pi p hbar c/(d^2 m^4) for a Dirac N, p = sqrt(E^2 - m^2).
/// KDK eq. 28 (arXiv:2108.12998) multiplies by E/m once more: there E sqrt((E/m)^2 - 1) stands
/// where m sqrt((E/m)^2 - 1) = p is right.
/// \param energy_MeV  E >= m; N takes over the neutrino's energy but for the recoil
/// \return infinity for an N without mass or without coupling; 0 at rest
double decay_length_cm(double energy_MeV, double sterile_mass_MeV, double squared_couplings_mu_B2,
                       SterileNature nature);

/// Probability to decay within a path: 1 - exp(-path/L).
/// \param path_cm    >= 0
/// \param length_cm  L, may be infinite
double decay_probability(double path_cm, double length_cm);

}  // namespace nudipole::physics
