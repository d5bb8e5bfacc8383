#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace nudipole::campaign::detail {

/// What a map of -2 ln L against one coupling has to show.
struct MapRequest {
  double minimum;    ///< -2 ln L of the best fit
  double best_mu_B;  ///< where it is
  double highest;    ///< Delta chi2 up to which contours are drawn
  double tolerance;  ///< of contours, relative in d
};

/// Asks for -2 ln L at those couplings of a fine grid that contours need: between neighbours among
/// them a straight line in ln d crosses any Delta chi2 up to the highest within the tolerance, or
/// is good to 0.005 of -2 ln L, or they are neighbours on the grid. Begins with every sixteenth
/// part of the grid and halves what is of interest.
/// \param couplings_mu_B  ascending, 2^k + 1 of them
/// \param value           -2 ln L at a place of the grid; infinite where it is far above, NaN where
///                        it is not known. Called once for each wanted place
void refine_map(std::span<const double> couplings_mu_B, const MapRequest& request,
                const std::function<double(std::size_t place)>& value);

}  // namespace nudipole::campaign::detail
