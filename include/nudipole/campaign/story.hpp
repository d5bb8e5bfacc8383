#pragma once

#include "nudipole/campaign/mass_likelihood.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// What is behind the numbers of one point, for people.
namespace nudipole::campaign {

/// -2 ln L at every point at which a fit of the nuisances looks, in their order: from no pulls, by
/// value, gradient and curvature, with the configuration's settings.
std::vector<double> fit_path(const MassLikelihood& likelihood, const Couplings& couplings);

/// What a bin adds to the rise of -2 ln L from one fit to another.
struct BinRise {
  std::string experiment;
  std::size_t bin;  ///< of that experiment
  double observed;
  double reference;  ///< expected at the fit from which the rise is counted
  double expected;   ///< at the other
  double rise;
};

/// All bins, those with the largest rise first. Without the priors, whose rise is no bin's.
std::vector<BinRise> bin_rises(const MassLikelihood& likelihood,
                               const inference::ProfilePoint& reference,
                               const inference::ProfilePoint& fit);

}  // namespace nudipole::campaign
