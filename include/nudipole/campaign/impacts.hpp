#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/limit.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// A nuisance held in place, and the upper limit on d [mu_B] with it.
struct HeldLimit {
  double pull;  ///< (value - centre)/width; NaN: not asked
  inference::Limit limit;
};

/// What a nuisance does to a limit. The others stay as free as they were.
struct NuisanceImpact {
  std::string name;
  HeldLimit held;  ///< at its value in the best fit
  /// At -1 and +1 standard deviation of its prior, or at its bound where that is nearer. A nuisance
  /// without prior has none.
  HeldLimit down;
  HeldLimit up;
};

/// What an experiment does to a limit: the limit of all others.
struct ExperimentImpact {
  std::string name;
  inference::Limit without;
};

/// What some bins of an experiment do to a limit: the limit of all others.
struct BinImpact {
  std::string experiment;
  std::string bins;  ///< e.g. "energy 8 .. 16 PE"
  inference::Limit without;
};

/// Which bins are left out together: neighbours along an axis.
struct BinGroups {
  std::string axis;
  std::size_t count = 6;  ///< groups of about equally many bins; no more than bins
};

struct Impacts {
  inference::Limit nominal;
  std::vector<NuisanceImpact> nuisances;      ///< those that are fitted
  std::vector<ExperimentImpact> experiments;  ///< none where there is one experiment only
  std::vector<BinImpact> bins{};              ///< none unless they were asked for
};

/// Upper limits on d [mu_B] of one mass with each nuisance held, each experiment left out and, of
/// all experiments that have the axis, each group of bins left out.
/// \param confidence  in (0, 1)
/// \param dof         >= 1
/// \throws ConfigError when the configuration gives a bound, or several couplings, or when no
///         experiment has the axis; NumericalError where -2 ln L has no value
Impacts find_impacts(const Setup& setup, double mass_MeV, double confidence, int dof,
                     const std::optional<BinGroups>& groups = {});

}  // namespace nudipole::campaign
