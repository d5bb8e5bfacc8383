// How well the queue keeps workers busy, as one worker is by itself:
//   mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY
// Efficiency = time in evaluations, without the templates that blocks of one mass repeat, over what
// the workers are kept for: (number of workers) x (wall time with calibration and queue), both of
// the same run. One worker has 1. Cases: many masses, and two, which are cut into blocks of
// couplings because ranks outnumber masses. Other programs on the machine only lower the number, so
// the best of TRIES counts. Exit code 1 when it is too low.
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/mpi/executor.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/runner.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

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
  std::size_t tasks = 0;
};

/// Executor that notes when workers are busy.
class Watched final : public run::Executor {
 public:
  explicit Watched(const mpi::Session& session) : inner_(session) {}
  [[nodiscard]] std::size_t workers() const override { return inner_.workers(); }
  std::vector<run::PlaceCost> measure(const std::vector<campaign::Task>& places) override {
    return inner_.measure(places);
  }
  bool execute(const std::vector<campaign::Task>& tasks,
               const run::Coordinator& coordinator) override {
    run::Coordinator watching = coordinator;
    watching.store = [&](const campaign::Task& task, labelled::Patch patch, double seconds) {
      times.busy_s += seconds;
      coordinator.store(task, std::move(patch), seconds);
    };
    done = tasks;
    return inner_.execute(tasks, watching);
  }
  void finish() { inner_.finish(); }

  Times times;
  std::vector<campaign::Task> done;

 private:
  mpi::Executor inner_;
};

class Silent final : public run::Observer {
 public:
  void begun(const run::Checkpoint&, run::Work) override {}
  void advanced(const run::Progress&) override {}
};

/// Collective: a whole run, as `nudipole scan` does it; times on rank 0.
Times time_shared(const mpi::Session& session, const std::shared_ptr<const campaign::Setup>& setup,
                  const std::filesystem::path& file) {
  (void)session.broadcast({});  // all start together
  const auto grid = campaign::make_grid(setup);
  if (!session.is_root()) {
    mpi::serve(session, *grid);
    return {};
  }
  std::filesystem::remove(file);
  run::Checkpoint checkpoint{file, run::identity_of(*setup, *grid, {}), grid->begin({})};
  Watched executor{session};
  Silent observer;
  const Clock::time_point start = Clock::now();
  run_campaign(*grid, checkpoint, executor, {}, observer);
  executor.finish();
  Times times = executor.times;
  times.wall_s = seconds_since(start);
  times.tasks = executor.done.size();
  // Every worker keeps the templates of its last masses: at most one copy a worker.
  std::map<double, std::size_t> blocks_of;
  for (const campaign::Task& task : executor.done) ++blocks_of[task.coordinate];
  for (const auto& [mass_MeV, count] : blocks_of) {
    const Clock::time_point before = Clock::now();
    (void)setup->portal(mass_MeV);
    times.repeated_s +=
        static_cast<double>(std::min(count, executor.workers()) - 1) * seconds_since(before);
  }
  return times;
}

/// Collective: the best of some tries; rank 0 decides when it is good enough.
double best_efficiency(const mpi::Session& session,
                       const std::shared_ptr<const campaign::Setup>& setup, const std::string& name,
                       int tries, double wanted) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("nudipole-balance-" + std::to_string(getpid()) + ".h5");
  double best = 0.0;
  for (int i = 0; i < tries; ++i) {
    const Times times = time_shared(session, setup, file);
    if (session.is_root()) {
      const double kept_s = times.wall_s * (session.size() - 1);
      const double efficiency = (times.busy_s - times.repeated_s) / kept_s;
      std::printf("%-11s %4zu tasks  wall %.4f s, busy %.4f s, repeated %.4f s  efficiency %.3f\n",
                  name.c_str(), times.tasks, times.wall_s, times.busy_s, times.repeated_s,
                  efficiency);
      best = std::max(best, efficiency);
    }
    if (session.broadcast({best >= wanted ? "enough" : ""}).front() == "enough") break;
  }
  std::filesystem::remove(file);
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
    campaign::RunConfig config = campaign::RunConfig::load(argv[2]);
    const std::vector<double> all_masses = config.mass_MeV;
    const std::vector<double> all_couplings = config.coupling_mu_B;
    // Half the couplings: some seconds.
    config.mass_MeV = all_masses;
    config.coupling_mu_B = thinned(all_couplings, 40);
    const auto whole = std::make_shared<const campaign::Setup>(config, data);
    const double all = best_efficiency(session, whole, "many masses", tries, wanted);
    config.mass_MeV = {all_masses[all_masses.size() / 4], all_masses[all_masses.size() / 2]};
    config.coupling_mu_B = all_couplings;
    const auto few = std::make_shared<const campaign::Setup>(config, data);
    const double split = best_efficiency(session, few, "two masses", tries, wanted);
    const bool good = all >= wanted && split >= wanted;
    return session.broadcast({good ? "good" : ""}).front() == "good" ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rank %d: %s\n", session.rank(), error.what());
    session.abort(1);
  }
}
