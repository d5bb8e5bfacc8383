#pragma once

#include "nudipole/flux/spectrum.hpp"

#include <memory>
#include <vector>

namespace nudipole::flux {

/// A function given by straight lines between points.
struct PiecewiseLinear {
  std::vector<double> energies_MeV;  ///< [n >= 2], strictly ascending, >= 0
  std::vector<double> values;        ///< [n], >= 0

  /// Integral over all energies.
  [[nodiscard]] double integral() const;
};

/// A tabulated spectrum: straight lines between the points, 0 outside, not renormalised.
/// The moments are closed forms (logarithms and 1/E). Rows of zeros at the upper end do not move
/// the end point: it is where the last line reaches 0. A moment that diverges at E = 0 is infinite
/// there.
/// \param spectrum  not all values 0 [1/MeV times the unit of Phi_0]
/// \throws DataError when points do not ascend, a value is negative, or all are 0
std::shared_ptr<const Spectrum> piecewise_linear_spectrum(PiecewiseLinear spectrum);

/// The same, divided by its integral.
std::shared_ptr<const Spectrum> normalised_linear_spectrum(PiecewiseLinear spectrum);

/// Spectrum that is constant in each bin and 0 outside, divided by its integral; moments as above.
/// \param edges_MeV  [n + 1], strictly ascending, >= 0
/// \param densities  [n], >= 0, any unit
/// \throws DataError for other input
std::shared_ptr<const Spectrum> normalised_histogram_spectrum(std::vector<double> edges_MeV,
                                                              std::vector<double> densities);

/// A tabulated spectrum times a tabulated probability, e.g. that of arriving with some flavour.
/// Both are straight lines between their own points; the product is a parabola between the points
/// of either and its moments are closed forms, so no table is resampled. The spectrum is 0 outside
/// its points, the probability holds its end values. Not renormalised. \throws DataError when
/// points do not ascend, a value is negative, or all are 0
std::shared_ptr<const Spectrum> product_spectrum(const PiecewiseLinear& spectrum,
                                                 const PiecewiseLinear& probability);

}  // namespace nudipole::flux
