// A scan whose evaluation of one mass goes wrong: `dispatch_faults FAULT CONFIG FILE` under mpirun,
// by the same dispatch, checkpoint and error handling as the program's.
//   throw          the worker throws an error of the library
//   throw_foreign  the worker throws a standard exception
//   nan            the worker returns NaN as if the fit had converged
//   misshapen      the worker returns a result of another unit's shape
//   die            the worker is killed
//   kill_root      rank 0 is killed while it stores a result
#include "nudipole/core/error.hpp"
#include "nudipole/io/checkpoint.hpp"
#include "nudipole/mpi/dispatch.hpp"

#include <csignal>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>

using namespace nudipole;

namespace {

constexpr std::uint64_t faulty_mass = 3;
constexpr int exit_error = 70;

struct FaultyEvaluation {
  std::string fault;
  const scan::Analysis* analysis;

  scan::UnitResult operator()(const scan::Unit& unit) const {
    scan::UnitResult result = evaluate(*analysis, unit);
    if (unit.mass != faulty_mass) return result;
    if (fault == "throw") throw NumericalError("a fault on purpose", {.where = "mass 3"});
    if (fault == "throw_foreign") throw std::out_of_range("a foreign fault on purpose");
    if (fault == "die") std::raise(SIGKILL);
    if (fault == "misshapen") result.grid.clear();
    if (fault == "nan") {
      constexpr double nan = std::numeric_limits<double>::quiet_NaN();
      if (!result.grid.empty()) result.grid.front().minus_two_log_l = nan;
      result.best.minus_two_log_l = nan;
      for (inference::Limit& limit : result.limits) limit.x_mu_B2 = nan;
    }
    return result;
  }
};

int scan_with_fault(const mpi::Session& session, const std::string& fault,
                    const scan::Analysis& analysis, const std::string& file) {
  const FaultyEvaluation evaluation{fault, &analysis};
  if (!session.is_root()) {
    mpi::serve(session, evaluation);
    return 0;
  }
  io::Checkpoint checkpoint{file, analysis, {}};
  checkpoint.save();
  const auto store = [&](const scan::UnitResult& result) {
    if (fault == "kill_root" && result.unit.mass == faulty_mass) std::raise(SIGKILL);
    checkpoint.table().store(result);
    checkpoint.save();
  };
  mpi::dispatch(session, scan::plan(checkpoint.table(), {}), evaluation,
                {.store = store,
                 .stop = [] { return mpi::Stop::none; },
                 .tick = [] {},
                 .finish = [&] { checkpoint.save(); }});
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 4) return 2;
  const mpi::Session session;
  try {
    experiment::DataFolder data{experiment::find_data_root("", argv[0])};
    const scan::Analysis analysis{scan::RunConfig::load(argv[2]), data};
    return scan_with_fault(session, argv[1], analysis, argv[3]);
  } catch (const std::exception& error) {
    std::cerr << "rank " << session.rank() << " caught: " << error.what() << std::endl;
    session.abort(exit_error);
  }
}
