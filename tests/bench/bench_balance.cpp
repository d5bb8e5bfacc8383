// How well the queue keeps workers busy, as one worker is by itself:
//   mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY
// Efficiency = time in evaluations, without the templates that blocks of one mass repeat, over what
// the workers are kept for: (number of workers) x (wall time with calibration and queue), both of
// the same run. One worker has 1. Cases: many masses, and two, which are cut into blocks of
// couplings because ranks outnumber masses. Other programs on the machine only lower the number, so
// the best of TRIES counts. Exit code 1 when it is too low.
#include "nudipole/mpi/calibrate.hpp"
#include "nudipole/mpi/dispatch.hpp"
#include "nudipole/scan/plan.hpp"
#include "nudipole/scan/schedule.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using namespace nudipole;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Times {
  double wall_s = 0.0;
  double busy_s = 0.0;      ///< in evaluations, over all workers
  double repeated_s = 0.0;  ///< of it, for templates that another block of the mass had too
  std::size_t units = 0;
};

double templates_time_s(const scan::Analysis& analysis, std::size_t mass) {
  const Clock::time_point start = Clock::now();
  (void)analysis.signals(analysis.config().mass_MeV.at(mass));
  return seconds_since(start);
}

/// Collective: the work through the queue, as `nudipole scan` does it; times on rank 0.
Times time_shared(const mpi::Session& session, const scan::Analysis& analysis,
                  const std::vector<scan::Unit>& units) {
  (void)session.broadcast(0);  // all start together
  const Clock::time_point start = Clock::now();
  const scan::CostModel cost = mpi::calibrate(session, analysis, {});
  const scan::Evaluator work{analysis};
  Times times;
  if (!session.is_root()) {
    mpi::serve(session, work);
    return times;
  }
  const auto workers = static_cast<std::size_t>(session.size() - 1);
  const std::vector<scan::Unit> blocks = scan::schedule(units, cost, workers);
  (void)mpi::dispatch(session, blocks, work,
                      {.store = [&times](const scan::UnitResult& r) { times.busy_s += r.seconds; },
                       .stop = [] { return mpi::Stop::none; },
                       .tick = [] {}});
  times.wall_s = seconds_since(start);
  times.units = blocks.size();
  // Every worker keeps the templates of its last masses: at most one copy a worker.
  std::map<std::uint64_t, std::size_t> blocks_of;
  for (const scan::Unit& block : blocks) ++blocks_of[block.mass];
  for (const auto& [mass, count] : blocks_of) {
    times.repeated_s +=
        static_cast<double>(std::min(count, workers) - 1) * templates_time_s(analysis, mass);
  }
  return times;
}

/// Collective: the best of some tries; rank 0 decides when it is good enough.
double best_efficiency(const mpi::Session& session, const scan::Analysis& analysis,
                       const std::string& name, int tries, double wanted) {
  const std::vector<scan::Unit> units = scan::plan(scan::ResultTable{analysis}, {});
  double best = 0.0;
  for (int i = 0; i < tries; ++i) {
    const Times times = time_shared(session, analysis, units);
    if (session.is_root()) {
      const double kept_s = times.wall_s * (session.size() - 1);
      const double efficiency = (times.busy_s - times.repeated_s) / kept_s;
      std::printf("%-11s %4zu units  wall %.4f s, busy %.4f s, repeated %.4f s  efficiency %.3f\n",
                  name.c_str(), times.units, times.wall_s, times.busy_s, times.repeated_s,
                  efficiency);
      best = std::max(best, efficiency);
    }
    if (session.broadcast(best >= wanted ? 1 : 0) != 0) break;
  }
  return best;
}

/// Every n-th of the values, `wanted` or a few more.
std::vector<double> thinned(const std::vector<double>& values, std::size_t wanted) {
  const std::size_t step = std::max<std::size_t>(1, values.size() / wanted);
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
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
    const std::vector<double> all_masses = config.mass_MeV;
    const std::vector<double> all_couplings = config.coupling_mu_B;
    // Half the couplings: some seconds.
    config.mass_MeV = all_masses;
    config.coupling_mu_B = thinned(all_couplings, 40);
    const scan::Analysis whole{config, data};
    const double all = best_efficiency(session, whole, "many masses", tries, wanted);
    config.mass_MeV = {all_masses[all_masses.size() / 4], all_masses[all_masses.size() / 2]};
    config.coupling_mu_B = all_couplings;
    const scan::Analysis few{config, data};
    const double split = best_efficiency(session, few, "two masses", tries, wanted);
    return session.broadcast(all >= wanted && split >= wanted ? 0 : 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rank %d: %s\n", session.rank(), error.what());
    session.abort(1);
  }
}
