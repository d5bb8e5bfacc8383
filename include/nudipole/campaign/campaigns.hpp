#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/campaign/setup.hpp"

#include <memory>

namespace nudipole::campaign {

/// Profile likelihood on the configuration's grid of masses and couplings; at each mass the best
/// fit and the limits, of all experiments together and of each by itself if that is wanted. Items
/// of a mass: first best fits and limits, then the couplings, or all those that contours need.
std::unique_ptr<Campaign> make_grid(std::shared_ptr<const Setup> setup);

/// The limits that a published flux limit implies (inference::RatioBound), one at each mass.
std::unique_ptr<Campaign> make_bound(std::shared_ptr<const Setup> setup);

/// What `nudipole scan` does with a configuration: a grid for a likelihood, a bound for a bound.
std::unique_ptr<Campaign> make_scan(std::shared_ptr<const Setup> setup);

/// Toys of the configuration's points (ToyRequest): what Wilks' theorem says about limits,
/// goodness of fit and significance is found by simulation.
/// \throws ConfigError for a configuration without the block `toys`, or with a bound
std::unique_ptr<Campaign> make_toys(std::shared_ptr<const Setup> setup);

/// The campaign that a configuration is for: toys where it has the block, else a scan.
std::unique_ptr<Campaign> make_campaign(std::shared_ptr<const Setup> setup);

}  // namespace nudipole::campaign
