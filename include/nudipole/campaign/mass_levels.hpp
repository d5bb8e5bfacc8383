#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/campaign/shard.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <optional>
#include <vector>

/// The masses of a scan: a grid, or masses that a scan places itself, level by level.
namespace nudipole::campaign {

/// Masses with which a scan begins [MeV], ascending: those of the configuration. Where the scan
/// places its masses itself also those at which the flux of a component ends for recoiling nuclei
/// or electrons, and so many between that neighbours differ by at most a quarter of a decade.
std::vector<double> first_masses_MeV(const Setup& setup);
/// Those of a shard. Where the scan places its masses itself these are neighbours, and the shard
/// goes on between them: two shards both have the mass at which one ends and the next begins.
std::vector<double> first_masses_MeV(const Setup& setup, const Shard& shard);

/// The dataset with the masses that its limits ask for; nothing when they ask for none.
///
/// Between two of the first masses lies their geometric mean. Where a limit there differs from the
/// straight line through its neighbours, ln d against ln m, by more than the tolerance (relative in
/// d), both halves are looked at in the same way; so they are where a limit ends, until the masses
/// on both sides of its end differ by the tolerance. Halves are not cut finer than a fiftieth of
/// the tolerance, which is where limits that grow beyond all bounds towards their end are left. It
/// depends on the dataset alone, and what lies between two of the first masses on nothing outside.
/// \param data  with the limits of all its masses
std::optional<labelled::Dataset> with_next_masses(const Setup& setup,
                                                  const labelled::Dataset& data);

/// The same without a setup: masses to add. \param first  those with which the scan began
std::vector<double> next_masses_MeV(const std::vector<double>& first, const labelled::Dataset& data,
                                    double tolerance);

}  // namespace nudipole::campaign
