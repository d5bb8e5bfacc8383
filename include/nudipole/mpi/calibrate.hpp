#pragma once

#include "nudipole/mpi/session.hpp"
#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/cost.hpp"
#include "nudipole/scan/shard.hpp"

namespace nudipole::mpi {

/// Collective: what the masses of a shard cost, for the order of the queue. The workers measure
/// some masses each, at the same time, by two fits: a few percent of the time of one mass, however
/// many ranks there are. \return the measured costs on rank 0; on the others, with less than two
/// workers or eight masses, or where nothing could be measured, CostModel::uniform()
scan::CostModel calibrate(const Session& session, const scan::Analysis& analysis,
                          const scan::Shard& shard);

}  // namespace nudipole::mpi
