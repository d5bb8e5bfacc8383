#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/math/step_function.hpp"
#include "nudipole/physics/nuclide.hpp"

#include <string>
#include <vector>

namespace nudipole::experiment {

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

/// Whether the elements' tables of free electrons are needed.
enum class ElectronTargets { none, free };

/// What the detector is made of.
struct TargetMaterial {
  std::vector<NuclideInTarget> nuclides;
  std::vector<ElementInTarget> elements;  ///< empty without electron targets
};

/// Keys of the section `target`.
config::Schema target_schema();

/// Reads a target section: mass_kg, atoms (symbol: number in the molecule) and the set of radii.
/// Numbers of molecules are mass/(sum of atomic masses) x N_A.
TargetMaterial make_target(const config::Section& section, DataFolder& data,
                           ElectronTargets electrons = ElectronTargets::free);

}  // namespace nudipole::experiment
