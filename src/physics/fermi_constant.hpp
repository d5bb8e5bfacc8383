#pragma once

#include "nudipole/core/constants.hpp"

namespace nudipole::physics::detail {

/// G_F^2 of a cross section per recoil energy, which has one more power of MeV.
inline constexpr double fermi_squared_cm2_per_MeV2 =
    constants::fermi_per_MeV2 * constants::fermi_per_MeV2 * constants::cm2_per_inverse_MeV2;

}  // namespace nudipole::physics::detail
