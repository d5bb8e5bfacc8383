#pragma once

#include "nudipole/flux/spectrum.hpp"

#include <memory>
#include <vector>

namespace nudipole::flux {

/// Spectrum that is linear between the rows of a table and 0 outside, divided by its integral.
///
/// All moments are closed forms: with phi(E) = phi_2 - s (E_2 - E) on a segment that ends at E_2,
/// Phi_0 has powers, Phi_1 a logarithm, Phi_2 an inverse and a logarithm; whole segments are summed
/// once, from the top. They are good to a few roundings for every energy, also just below a row.
/// Where the first energy is 0, Phi_1 and Phi_2 above 0 are infinite.
/// \param energies_MeV  [n >= 2], ascending, >= 0
/// \param densities     [n], >= 0, any unit
/// \throws DataError for other input
std::shared_ptr<const Spectrum> linear_spectrum(std::vector<double> energies_MeV,
                                                const std::vector<double>& densities);

/// Spectrum that is constant in each bin and 0 outside, divided by its integral; moments as above.
/// \param edges_MeV  [n + 1], ascending, >= 0
/// \param densities  [n], >= 0, any unit
/// \throws DataError for other input
std::shared_ptr<const Spectrum> histogram_spectrum(std::vector<double> edges_MeV,
                                                   const std::vector<double>& densities);

/// Integral of the piecewise-linear function through rows.
double linear_integral(const std::vector<double>& energies_MeV,
                       const std::vector<double>& densities);

}  // namespace nudipole::flux
