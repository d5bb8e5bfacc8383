#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/campaign/setup.hpp"

#include <memory>

namespace nudipole::campaign {

/// Profile likelihood on the configuration's grid of masses and couplings; at each mass the best
/// fit and the limits, of all experiments together and of each by itself if that is wanted. Items
/// of a mass: first best fits and limits, then the couplings.
std::unique_ptr<Campaign> make_grid(std::shared_ptr<const Setup> setup);

/// The limits that a published flux limit implies (inference::RatioBound), one at each mass.
std::unique_ptr<Campaign> make_bound(std::shared_ptr<const Setup> setup);

/// What `nudipole scan` does with a configuration: a grid for a likelihood, a bound for a bound.
std::unique_ptr<Campaign> make_scan(std::shared_ptr<const Setup> setup);

}  // namespace nudipole::campaign
