#include "nudipole/inference/thresholds.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <cmath>

namespace nudipole::inference {

double delta_chi2_threshold(double confidence, int dof, Thresholds thresholds) {
  const double exact =
      boost::math::quantile(boost::math::chi_squared{static_cast<double>(dof)}, confidence);
  constexpr double least_tabulated = 0.5;  // rounding would spoil smaller ones
  if (thresholds == Thresholds::exact || exact < least_tabulated) return exact;
  return std::round(100.0 * exact) / 100.0;
}

}  // namespace nudipole::inference
