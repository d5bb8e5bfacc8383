#pragma once

#include "nudipole/likelihood/statistic.hpp"

#include <vector>

namespace nudipole::likelihood {

/// What a joint likelihood is compared with: observed data, Asimov data or a toy.
struct Observation {
  std::vector<Observed> terms;
  /// [nuisance] Where the prior of each nuisance is centred, in pulls: (p_k - a_k)^2. Nominally 0;
  /// a toy draws it as it draws the data, the outcome of the auxiliary measurement behind the
  /// prior. Without meaning where the nuisance is free or fixed.
  std::vector<double> centres;
};

}  // namespace nudipole::likelihood
