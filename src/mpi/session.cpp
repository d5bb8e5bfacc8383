#include "nudipole/mpi/session.hpp"

#include "serialization.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <unistd.h>

#include <cstdlib>

namespace nudipole::mpi {
namespace {

/// True when a launcher started this process: Open MPI's mpirun and orted, or a PMI/PMIx server
/// such as srun --mpi=pmix. A lone MPI_Init would work too but costs a third of a second.
bool is_launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

}  // namespace

struct Session::State {
  boost::mpi::environment environment{boost::mpi::threading::single, false};
  boost::mpi::communicator world;
};

Session::Session() : state_(is_launched() ? std::make_unique<State>() : nullptr) {}
Session::~Session() = default;

int Session::rank() const { return state_ ? state_->world.rank() : 0; }
int Session::size() const { return state_ ? state_->world.size() : 1; }

std::vector<std::optional<Error>> Session::gather(const std::optional<Error>& mine) const {
  if (!state_) return {mine};
  std::vector<Problem> problems;  // of this rank: one or none
  if (mine) problems.push_back(problem_of(*mine));
  std::vector<std::vector<Problem>> all;
  boost::mpi::gather(state_->world, problems, all, 0);
  std::vector<std::optional<Error>> errors;
  for (const std::vector<Problem>& one : all) {
    errors.push_back(one.empty() ? std::nullopt : std::optional{error_of(one.front())});
  }
  return errors;
}

std::vector<std::string> Session::broadcast(std::vector<std::string> texts) const {
  if (state_) boost::mpi::broadcast(state_->world, texts, 0);
  return texts;
}

void Session::abort(int exit_code) const {
  if (state_ && state_->world.size() > 1) boost::mpi::environment::abort(exit_code);
  _exit(exit_code);
}

void Session::leave(int exit_code) const { _exit(exit_code); }

const boost::mpi::communicator* Session::communicator() const {
  return state_ ? &state_->world : nullptr;
}

}  // namespace nudipole::mpi
