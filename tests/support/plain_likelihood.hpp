#pragma once

#include "nudipole/likelihood/joint.hpp"

#include <cstddef>
#include <span>
#include <vector>

/// The likelihood as its formula reads, one process, one variant and one bin after the other: what
/// the fast one is compared with, in numbers and in time.
namespace nudipole::test {

struct PlainValue {
  double value = 0.0;
  std::vector<double> gradient;  ///< [parameters of interest..., nuisances...]
};

/// -2 ln L of one term without priors. \param pulls  of its own nuisances
PlainValue plain_evaluate(const likelihood::Term& term, const prediction::SignalPoint& signal,
                          std::span<const double> pulls, const likelihood::Observed& observed);

/// -2 ln L of a joint likelihood with its priors. \param signals  [term]
PlainValue plain_evaluate(const likelihood::Joint& joint,
                          const std::vector<prediction::SignalPoint>& signals,
                          std::span<const double> pulls,
                          const likelihood::Observation& observation);

}  // namespace nudipole::test
