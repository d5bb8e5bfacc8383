#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/profile.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nudipole::jobs {

/// A p value that toys give for a fit.
struct PValueByToys {
  std::string quantity;  ///< which, e.g. "p_value_toys"
  double p_value;
  double error;
  std::int64_t toys;
};

/// A fit at one mass, and what toys may be compared with.
struct TestedFit {
  double mass_MeV;
  const inference::ProfilePoint& point;
  bool is_best;  ///< over the couplings
};

/// What a file of `nudipole toys` says of a fit of the same likelihood: goodness of fit of the best
/// one or of the Standard Model, significance of the best one, p value of given couplings.
/// \throws ConfigError naming the file when it is of another likelihood, or has no such point
std::vector<PValueByToys> p_values_by_toys(const std::string& file, const campaign::Setup& setup,
                                           const TestedFit& fit);

}  // namespace nudipole::jobs
