#pragma once

#include "nudipole/mpi/session.hpp"
#include "nudipole/scan/unit.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace nudipole::mpi {

/// Evaluates a unit on a worker.
using Evaluator = std::function<scan::UnitResult(const scan::Unit&)>;

/// How urgently a run should end.
enum class Stop {
  none,
  soon,  ///< begin no unit any more, wait for those under way
  now    ///< seconds are left: take what has arrived
};

/// What rank 0 does besides handing out units. All are called on rank 0 only, between messages.
struct Coordinator {
  std::function<void(scan::UnitResult)> store;  ///< takes a result; order is arbitrary
  std::function<Stop()> stop;                   ///< asked often
  std::function<void()> tick;                   ///< called often: progress, checkpoints
  /// Called once when all results of an orderly end are in (also after Stop::soon), while the
  /// workers still wait: the last checkpoint is safe before any process leaves.
  std::function<void()> finish = [] {};
};

/// Hands units to the workers (all ranks but 0) until all are done or a stop is asked for. Each
/// worker has its next unit before it has finished one, but for the last few
/// (scan::units_at_a_time). With one rank the units are evaluated here.
/// Rank 0 sleeps between messages (at most 1 ms at a time), so it needs no core of its own. \return
/// true when every unit's result was stored \throws the first error of any worker, as the class it
/// had there; the workers must then be ended by
///         Session::abort
bool dispatch(const Session& session, const std::vector<scan::Unit>& units,
              const Evaluator& evaluate, const Coordinator& coordinator);

/// After a stop `now` and the last checkpoint: tells the workers to end at once, then ends this
/// process, all without MPI_Finalize (under mpirun it hangs while mpirun is killing the job). All
/// end with the same code: the launcher passes on that of the first. A worker in the middle of a
/// unit is ended by the launcher, or by its own watch on the time.
[[noreturn]] void dismiss(const Session& session, int exit_code);

/// Evaluates units for rank 0 until it says there are no more. An error ends the service: it goes
/// to rank 0, and this rank waits to be ended.
void serve(const Session& session, const Evaluator& evaluate);

}  // namespace nudipole::mpi
