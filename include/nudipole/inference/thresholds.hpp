#pragma once

namespace nudipole::inference {

/// What Delta chi2 belongs to a confidence level.
enum class Thresholds {
  tabulated,  ///< chi2 quantile rounded to two decimals as in the PDG's table: 2.71, 4.61 for 0.90;
              ///< below 0.5 not rounded
  exact       ///< chi2 quantile itself: 2.70554, 4.60517 for 0.90
};

/// Threshold of Delta chi2 for a confidence level: the quantile of chi2 with `dof` degrees of
/// freedom (Wilks).
/// \param confidence  in (0, 1)
/// \param dof         >= 1
double delta_chi2_threshold(double confidence, int dof, Thresholds thresholds);

}  // namespace nudipole::inference
