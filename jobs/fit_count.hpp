#pragma once

#include "nudipole/labelled/dataset.hpp"
#include "nudipole/run/progress.hpp"

#include <cstddef>

namespace nudipole::jobs {

/// Fits of a scan: those of its map and the best fit of each mass.
struct FitCount {
  std::size_t done;
  std::size_t total;
};

/// Fits in the result of a scan; a bound has none. Of toys, their points.
FitCount count_fits(const labelled::Dataset& dataset, const run::Progress& progress);

}  // namespace nudipole::jobs
