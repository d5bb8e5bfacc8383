#pragma once

#include "nudipole/likelihood/nuisance.hpp"

#include <vector>

namespace nudipole::python {

/// The nuisances of a likelihood, as Python sees them.
struct Nuisances {
  std::vector<likelihood::Nuisance> list;
};

}  // namespace nudipole::python
