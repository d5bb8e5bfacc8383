#pragma once

#include "nudipole/flux/tabulated_spectrum.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace nudipole::flux {

/// The isotopes whose fissions make a reactor's antineutrinos.
inline constexpr std::array<const char*, 4> fissile_isotopes{"u235", "u238", "pu239", "pu241"};

/// A value for each of fissile_isotopes.
template <class Value>
using PerIsotope = std::array<Value, fissile_isotopes.size()>;

/// Antineutrino spectra of the isotopes at common energies, straight lines between them.
struct IsotopeSpectra {
  std::vector<double> energies_MeV;             ///< [n >= 2], strictly ascending
  PerIsotope<std::vector<double>> densities{};  ///< [isotope][n], antineutrinos / MeV / fission
};

/// `below` at its energies under the joint, `above` at all of its energies. An isotope that `above`
/// does not have (no densities) keeps `below`, read off at the energies of `above`.
IsotopeSpectra joined(const IsotopeSpectra& below, const IsotopeSpectra& above, double joint_MeV);

/// Coefficients a_p [MeV^-p] of the density exp(sum_p a_p E^p), the form in which Huber, PRC 84
/// (2011) 024617, and Mueller et al., PRC 83 (2011) 054615, publish their fits.
using ExponentialPolynomial = std::array<double, 6>;

/// The polynomials themselves from one energy to another, in steps of at most 0.025 MeV, so that
/// straight lines are good to 1e-4 in rates.
IsotopeSpectra polynomial_spectra(const PerIsotope<ExponentialPolynomial>& polynomials,
                                  double begin_MeV, double end_MeV);

/// The spectra continued to end_MeV by the polynomials, each scaled so that it meets the last
/// density; steps of at most 0.025 MeV, so that straight lines are good to 1e-3 where the tail
/// still matters.
/// \param end_MeV  above the last energy
IsotopeSpectra with_tail(IsotopeSpectra spectra, const PerIsotope<ExponentialPolynomial>& tails,
                         double end_MeV);

/// The same spectra with more rows between the given ones, on exponentials: ln density is linear in
/// E. Where a density is 0 the line stays straight. 20 steps or more to a row and at most 0.025
/// MeV, so that straight lines between the new rows are good to 1e-4 in rates.
IsotopeSpectra log_linear(const IsotopeSpectra& spectra);

/// Antineutrinos per fission [1/MeV] of a mixture. \param fractions  of the fissions; they add up
/// to 1
PiecewiseLinear fission_spectrum(const IsotopeSpectra& spectra,
                                 const PerIsotope<double>& fractions);

/// Fissions a second behind each cm^2 at a distance: power / energy per fission / (4 pi R^2).
/// \param energies_MeV  released in a fission of each isotope
double fissions_per_cm2_s(double power_GW, double distance_m, const PerIsotope<double>& fractions,
                          const PerIsotope<double>& energies_MeV);

}  // namespace nudipole::flux
