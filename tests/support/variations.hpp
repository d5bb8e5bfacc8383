#pragma once

#include "nudipole/prediction/variation.hpp"

#include <memory>
#include <vector>

namespace nudipole::test {

/// Variations as the components of a likelihood hold them.
inline std::shared_ptr<const prediction::Variations> vary(
    std::vector<prediction::Variation> variations) {
  return std::make_shared<const prediction::Variations>(variations);
}

}  // namespace nudipole::test
