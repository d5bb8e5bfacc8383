#pragma once

#include "nudipole/run/communicator.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::mpi {
class communicator;
}

namespace nudipole::mpi {

/// The processes of one run. Started by mpirun or srun it joins them by MPI; started alone it does
/// not touch MPI at all, and is rank 0 of 1.
class Session final : public run::Communicator {
 public:
  Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// Finalises MPI when all ranks get here.
  ~Session() override;

  [[nodiscard]] int rank() const override;
  [[nodiscard]] int size() const override;
  [[nodiscard]] std::vector<std::string> broadcast(std::vector<std::string> texts) const override;
  [[nodiscard]] std::vector<std::optional<Error>> gather(
      const std::optional<Error>& mine) const override;

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
