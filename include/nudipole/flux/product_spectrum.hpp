#pragma once

#include "nudipole/flux/spectrum.hpp"

#include <memory>
#include <vector>

namespace nudipole::flux {

/// A function given by straight lines between points.
struct PiecewiseLinear {
  std::vector<double> energies_MeV;  ///< [n >= 2], strictly ascending, >= 0
  std::vector<double> values;        ///< [n], >= 0
};

/// A tabulated spectrum times a tabulated probability, e.g. that of arriving with some flavour.
/// Both are straight lines between their own points; the product is a parabola between the points
/// of either and its moments are closed forms, so no table is resampled. The spectrum is 0 outside
/// its points, the probability holds its end values. Not renormalised. \throws DataError when
/// points do not ascend, a value is negative, or all are 0
std::shared_ptr<const Spectrum> product_spectrum(const PiecewiseLinear& spectrum,
                                                 const PiecewiseLinear& probability);

}  // namespace nudipole::flux
