#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/prediction/target_material.hpp"

namespace nudipole::experiment::detail {

/// Whether the elements' tables of free electrons are needed.
enum class ElectronTargets { none, free };

/// Keys of the section `target`.
config::Schema target_schema();

/// Reads a target section: mass_kg, atoms (symbol: number in the molecule) and the set of radii.
/// Numbers of molecules are mass/(sum of atomic masses) x N_A.
prediction::TargetMaterial make_target(const config::Section& section, DataFolder& data,
                                       ElectronTargets electrons);

}  // namespace nudipole::experiment::detail
