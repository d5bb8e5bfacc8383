#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <vector>

namespace nudipole::run {

/// Which places a campaign will have.
struct Levels {
  labelled::Dataset dataset;  ///< with all places and nothing done
  /// Coordinates that each level adds, ascending; one level for a campaign that knows its places.
  std::vector<std::vector<double>> added;
  enum class Extent { all, at_least } extent = Extent::all;
};

/// Looks ahead: does what decides about levels (Campaign::deciding_items), and no more of any
/// place. \param budget_s  no further place is begun after this time; the levels then are those
/// known so far
Levels foresee_levels(const campaign::Campaign& campaign, double budget_s);

}  // namespace nudipole::run
