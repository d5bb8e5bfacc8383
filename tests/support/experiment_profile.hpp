#pragma once

#include "nudipole/experiment/experiment.hpp"
#include "support/profiles.hpp"

namespace nudipole::test {

/// Profile of what one experiment measured, in d^2 [mu_B^2].
inline inference::Profile profile_of(const experiment::Experiment& experiment, double mass_MeV,
                                     PortalFlavour flavour) {
  return profile_of(likelihood::Joint{{experiment.term()}},
                    {experiment.signal().dipole(mass_MeV).total(flavour)}, {experiment.observed()});
}

}  // namespace nudipole::test
