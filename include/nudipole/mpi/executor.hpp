#pragma once

#include "nudipole/mpi/session.hpp"
#include "nudipole/run/executor.hpp"

#include <memory>

namespace nudipole::mpi {

/// What does tasks for rank 0: the other ranks of the session or, in a session of one, this process
/// (run::SerialExecutor).
///
/// Each of the other ranks has its next task before it has finished one, but for the last few
/// (run::tasks_at_a_time). Rank 0 sleeps between messages (at most 1 ms at a time), so it needs no
/// core of its own. The first error of any worker is thrown as the class it had there; the workers
/// must then be ended by Session::abort.
/// \param session, campaign  are referred to and must outlive the executor
std::unique_ptr<run::Executor> make_executor(const Session& session,
                                             const campaign::Campaign& campaign);

/// On rank 0: sends the workers home; `serve` returns there.
void finish(const Session& session);

/// On rank 0, after a stop `now` and the last checkpoint: tells the workers to end at once, then
/// ends this process, all without MPI_Finalize (under mpirun it hangs while mpirun is killing the
/// job). All end with the same code: the launcher passes on that of the first. A worker in the
/// middle of a task is ended by the launcher, or by its own watch on the time.
[[noreturn]] void dismiss(const Session& session, int exit_code);

/// Does tasks for rank 0 until it says there are no more. An error ends the service: it goes to
/// rank 0, and this rank waits to be ended.
void serve(const Session& session, const campaign::Campaign& campaign);

}  // namespace nudipole::mpi
