#pragma once

#include "nudipole/mpi/session.hpp"
#include "nudipole/run/executor.hpp"

namespace nudipole::mpi {

/// Has tasks done by the other ranks of a session; lives on rank 0. Each worker has its next task
/// before it has finished one, but for the last few (run::tasks_at_a_time). Rank 0 sleeps between
/// messages (at most 1 ms at a time), so it needs no core of its own.
///
/// Errors: the first of any worker is thrown as the class it had there; the workers must then be
/// ended by Session::abort.
class Executor final : public run::Executor {
 public:
  /// \param session  of several ranks; is referred to and must outlive this object
  explicit Executor(const Session& session) : session_(&session) {}

  [[nodiscard]] std::size_t workers() const override;
  std::vector<run::PlaceCost> measure(const std::vector<campaign::Task>& places) override;
  bool execute(const std::vector<campaign::Task>& tasks,
               const run::Coordinator& coordinator) override;

  /// Sends the workers home: `serve` returns there.
  void finish();
  /// After a stop `now` and the last checkpoint: tells the workers to end at once, then ends this
  /// process, all without MPI_Finalize (under mpirun it hangs while mpirun is killing the job). All
  /// end with the same code: the launcher passes on that of the first. A worker in the middle of a
  /// task is ended by the launcher, or by its own watch on the time.
  [[noreturn]] void dismiss(int exit_code);

 private:
  const Session* session_;
};

/// Does tasks for rank 0 until it says there are no more. An error ends the service: it goes to
/// rank 0, and this rank waits to be ended.
void serve(const Session& session, const campaign::Campaign& campaign);

}  // namespace nudipole::mpi
