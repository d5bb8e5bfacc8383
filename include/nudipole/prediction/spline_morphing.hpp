#pragma once

#include "nudipole/prediction/morphing.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace nudipole::prediction {

/// One shape nuisance with variants at several pulls.
struct MorphingAxis {
  std::size_t nuisance;       ///< index into the term's nuisances
  std::vector<double> pulls;  ///< of the variants; the first is 0, the others in any order
};

/// Several shape nuisances with a variant for every combination of their pulls. Between the
/// variants the template is the product of natural cubic splines, w = prod_axes w_axis(p): twice
/// continuously differentiable, and exact at the variants. Variants are ordered by the pulls of the
/// axes as given, the last axis fastest, so that the first is the nominal one. \throws Error when
/// an axis has less than two pulls, equal ones, or does not begin with 0
std::shared_ptr<const Morphing> spline_morphing(const std::vector<MorphingAxis>& axes);

}  // namespace nudipole::prediction
