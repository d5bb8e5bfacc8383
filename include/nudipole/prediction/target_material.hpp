#pragma once

#include "nudipole/math/step_function.hpp"
#include "nudipole/physics/nuclide.hpp"

#include <string>
#include <vector>

namespace nudipole::prediction {

/// One nuclide of the target and how many nuclei of it there are.
struct NuclideInTarget {
  physics::Nuclide nuclide;
  double count;
};

/// One element of the target: atoms and the electrons an energy transfer can free.
struct ElementInTarget {
  std::string symbol;
  double atoms;
  math::StepFunction free_electrons;  ///< Z_eff against the energy transfer [MeV]
};

/// What the detector is made of.
struct TargetMaterial {
  std::vector<NuclideInTarget> nuclides;
  std::vector<ElementInTarget> elements;  ///< empty without electron targets

  /// Energy transfers [MeV] at which another electron of some element becomes free.
  [[nodiscard]] std::vector<double> electron_steps_MeV() const;
};

}  // namespace nudipole::prediction
