#pragma once

#include "nudipole/core/constants.hpp"

#include <string>

namespace nudipole::physics {

/// A target nuclide with its rms radii.
struct Nuclide {
  std::string name;  ///< e.g. "Cs133"
  double protons;    ///< Z
  double neutrons;   ///< N
  double atomic_mass_u;
  double proton_radius_fm;   ///< rms radius of the proton distribution
  double neutron_radius_fm;  ///< rms radius of the point-neutron distribution

  /// Mass of the bare nucleus [MeV]; electron binding (below 1 MeV in 1e5) is neglected.
  [[nodiscard]] double nuclear_mass_MeV() const {
    return atomic_mass_u * constants::atomic_mass_unit_MeV - protons * constants::electron_mass_MeV;
  }
};

}  // namespace nudipole::physics
