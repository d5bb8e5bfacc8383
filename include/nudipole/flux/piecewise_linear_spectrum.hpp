#pragma once

#include "nudipole/flux/spectrum.hpp"

#include <memory>
#include <vector>

namespace nudipole::flux {

/// A tabulated spectrum: straight lines between the points, 0 outside, not renormalised.
/// The moments are closed forms (logarithms and 1/E). Rows of zeros at the upper end do not move
/// the end point: it is where the last line reaches 0. Moments with k > 0 above E = 0 are finite
/// only as far as the integrals are. \param energies_MeV  [n >= 2], strictly ascending, >= 0 \param
/// values        [n], >= 0, not all 0 [1/MeV times the unit of Phi_0] \throws DataError for
/// anything else
std::shared_ptr<const Spectrum> piecewise_linear_spectrum(std::vector<double> energies_MeV,
                                                          std::vector<double> values);

}  // namespace nudipole::flux
