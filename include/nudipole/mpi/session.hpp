#pragma once

#include <memory>
#include <string>
#include <vector>

namespace boost::mpi {
class communicator;
}

namespace nudipole::mpi {

/// The processes of one run. Started by mpirun or srun it joins them by MPI; started alone it does
/// not touch MPI at all, and is rank 0 of 1.
class Session {
 public:
  Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// Finalises MPI when all ranks get here.
  ~Session();

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;
  [[nodiscard]] bool is_root() const { return rank() == 0; }

  /// Collective: gives each rank's text to rank 0 [rank]; empty on the others.
  [[nodiscard]] std::vector<std::string> gather(const std::string& text) const;
  /// Collective: rank 0's number on every rank.
  [[nodiscard]] int broadcast(int value) const;

  /// Ends all processes at once with an exit code: the error of one rank.
  [[noreturn]] void abort(int exit_code) const;
  /// Ends this process at once, without MPI_Finalize.
  [[noreturn]] void leave(int exit_code) const;

  /// The communicator; null for a lone process.
  [[nodiscard]] const boost::mpi::communicator* communicator() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nudipole::mpi
