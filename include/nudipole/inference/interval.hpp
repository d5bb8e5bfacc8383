#pragma once

#include "nudipole/inference/profile.hpp"

namespace nudipole::inference {

/// Lower end of an interval: the x below the best fit where -2 ln L has risen by `delta_chi2`, or 0
/// where it has not risen so far at x = 0. The status is ok, or failed when a fit did not converge.
Limit lower_end(const Profile& profile, const ProfilePoint& best, double delta_chi2);

}  // namespace nudipole::inference
