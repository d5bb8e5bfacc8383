// How well the queue keeps two workers busy:
//   mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY
// Efficiency = time of one process for all masses, over what two workers are kept for with
// calibration, queue and repeated templates; both in the same run. Cases: all masses, and a cheap
// and a dear one, which are cut into blocks of couplings because ranks outnumber masses.
// Work counts as processor time and waiting as wall time, so that other programs on the machine
// count little; what is left mostly lowers the efficiency, so the best of TRIES (five times as many
// for the short case) counts. Exit code 1 when it is too low.
#include "nudipole/mpi/calibrate.hpp"
#include "nudipole/mpi/dispatch.hpp"
#include "nudipole/scan/plan.hpp"
#include "nudipole/scan/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace nudipole;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double processor_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Processor time of one process for everything.
double time_alone_s(const scan::Analysis& analysis, const std::vector<scan::Unit>& units) {
  const double start_s = processor_s();
  for (const scan::Unit& unit : units) (void)evaluate(analysis, unit);
  return processor_s() - start_s;
}

struct Times {
  double wall_s = 0.0;
  double work_s = 0.0;  ///< processor time over all workers, calibration included
  double idle_s = 0.0;  ///< wall time outside evaluations, over all workers
  std::size_t units = 0;
};

/// Collective: the same work through the queue, as `nudipole scan` does it; times on rank 0.
Times time_shared(const mpi::Session& session, const scan::Analysis& analysis,
                  const std::vector<scan::Unit>& units) {
  (void)session.broadcast(0);  // all start together
  const double workers = session.size() - 1;
  const double processor_start_s = processor_s();
  const Clock::time_point start = Clock::now();
  const scan::CostModel cost = mpi::calibrate(session, analysis, {});
  const auto work = [&analysis](const scan::Unit& unit) { return evaluate(analysis, unit); };
  Times times;
  if (session.is_root()) {
    const std::vector<scan::Unit> blocks =
        scan::schedule(units, cost, static_cast<std::size_t>(workers));
    double busy_s = 0.0;
    (void)mpi::dispatch(session, blocks, work,
                        {.store = [&busy_s](const scan::UnitResult& r) { busy_s += r.seconds; },
                         .stop = [] { return mpi::Stop::none; },
                         .tick = [] {}});
    times.wall_s = seconds_since(start);
    times.idle_s = workers * times.wall_s - busy_s;
    times.units = blocks.size();
  } else {
    mpi::serve(session, work);
  }
  const auto spent = session.gather(std::to_string(processor_s() - processor_start_s));
  for (std::size_t rank = 1; rank < spent.size(); ++rank) times.work_s += std::stod(spent[rank]);
  return times;
}

/// Collective: the best of some tries; rank 0 decides when it is good enough.
double best_efficiency(const mpi::Session& session, const scan::Analysis& analysis,
                       const std::string& name, int tries, double wanted) {
  const std::vector<scan::Unit> units = scan::plan(scan::ResultTable{analysis}, {});
  double best = 0.0;
  for (int i = 0; i < tries; ++i) {
    const double alone_s = session.is_root() ? time_alone_s(analysis, units) : 0.0;
    const Times shared = time_shared(session, analysis, units);
    if (session.is_root()) {
      const double efficiency = alone_s / (shared.work_s + shared.idle_s);
      std::printf(
          "%-10s %4zu units  alone %.4f s  shared: wall %.4f s, work %.4f s, idle %.4f s  "
          "efficiency %.3f\n",
          name.c_str(), shared.units, alone_s, shared.wall_s, shared.work_s, shared.idle_s,
          efficiency);
      best = std::max(best, efficiency);
    }
    if (session.broadcast(best >= wanted ? 1 : 0) != 0) break;
  }
  return best;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 5) {
    std::fputs("usage: mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY\n", stderr);
    return 2;
  }
  const mpi::Session session;
  const int tries = std::atoi(argv[3]);
  const double wanted = std::atof(argv[4]);
  try {
    experiment::DataFolder data{argv[1]};
    scan::RunConfig config = scan::RunConfig::load(argv[2]);
    const scan::Analysis whole{config, data};
    const double all = best_efficiency(session, whole, "all masses", tries, wanted);
    config.mass_MeV = {config.mass_MeV.front(), config.mass_MeV.back()};
    const scan::Analysis few{config, data};
    const double split = best_efficiency(session, few, "two masses", 5 * tries, wanted);
    return session.broadcast(all >= wanted && split >= wanted ? 0 : 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rank %d: %s\n", session.rank(), error.what());
    session.abort(1);
  }
}
