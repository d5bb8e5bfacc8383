// How well the queue keeps workers busy, as one worker is by itself:
//   mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY LEAST_OF_TOYS
// Efficiency = time in evaluations, without the templates that blocks of one mass repeat, over what
// the workers are kept for: (number of workers) x (wall time with calibration and queue), both of
// the same run. One worker has 1. Cases: many masses; two, which are cut into blocks of couplings
// because ranks outnumber masses; and toys of the same experiments, where what the workers repeat
// counts as lost. Other programs on the machine only lower the number, so the best of TRIES counts.
// Exit code 1 when it is too low.
#include "nudipole/campaign/campaigns.hpp"
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

/// Passes everything on to the other ranks and notes the time of every task.
class Watched final : public run::Executor {
 public:
  Watched(const mpi::Session& session, const campaign::Campaign& campaign)
      : others_(mpi::make_executor(session, campaign)) {}

  [[nodiscard]] std::size_t workers() const override { return others_->workers(); }
  std::vector<run::PlaceCost> measure(const std::vector<campaign::Task>& places) override {
    return others_->measure(places);
  }
  bool execute(const std::vector<campaign::Task>& tasks,
               const run::Coordinator& coordinator) override {
    run::Coordinator watching = coordinator;
    watching.store = [&](const campaign::Task& task, labelled::Patch patch, double seconds) {
      busy_s_ += seconds;
      ++tasks_of_[task.coordinate];
      coordinator.store(task, std::move(patch), seconds);
    };
    return others_->execute(tasks, watching);
  }

  /// What was noted, with the templates that all but one block of a mass repeated: every worker
  /// keeps those of its last mass, so there is at most one copy a worker.
  [[nodiscard]] Times times(const campaign::Setup& setup, double wall_s) const {
    Times times{.wall_s = wall_s, .busy_s = busy_s_};
    for (const auto& [mass_MeV, count] : tasks_of_) {
      times.tasks += count;
      if (setup.config().toys) continue;  // the coordinate is no mass
      const Clock::time_point start = Clock::now();
      (void)setup.signals(mass_MeV);
      times.repeated_s +=
          static_cast<double>(std::min(count, workers()) - 1) * seconds_since(start);
    }
    return times;
  }

 private:
  std::unique_ptr<run::Executor> others_;
  double busy_s_ = 0.0;
  std::map<double, std::size_t> tasks_of_;
};

class Silent final : public run::Observer {
 public:
  void begun(const run::Checkpoint&, run::Work) override {}
  void advanced(const run::Progress&) override {}
};

/// Collective: a campaign as `nudipole scan` or `toys` runs it; times on rank 0.
Times time_shared(const mpi::Session& session,
                  const std::shared_ptr<const campaign::Setup>& setup) {
  const auto campaign = campaign::make_campaign(setup);
  (void)session.broadcast({});  // all start together
  const Clock::time_point start = Clock::now();
  if (!session.is_root()) {
    mpi::serve(session, *campaign);
    return {};
  }
  const auto file = std::filesystem::temp_directory_path() /
                    ("nudipole-bench-" + std::to_string(start.time_since_epoch().count()) + ".h5");
  Watched executor{session, *campaign};
  Silent silent;
  {
    run::Checkpoint checkpoint{file, run::identity_of(*setup, *campaign, {}), campaign->begin({})};
    (void)run::run_campaign(*campaign, checkpoint, executor, {.checkpoint_every_s = 1e9}, silent);
  }
  const double wall_s = seconds_since(start);
  mpi::finish(session);
  std::filesystem::remove(file);
  return executor.times(*setup, wall_s);
}

/// Collective: what rank 0 says.
bool told(const mpi::Session& session, bool answer) {
  return session.broadcast({answer ? "yes" : "no"}).front() == "yes";
}

/// Collective: the best of some tries; rank 0 decides when it is good enough.
double best_efficiency(const mpi::Session& session,
                       const std::shared_ptr<const campaign::Setup>& setup, const char* name,
                       int tries, double wanted) {
  double best = 0.0;
  for (int i = 0; i < tries; ++i) {
    const Times times = time_shared(session, setup);
    if (session.is_root()) {
      const double kept_s = times.wall_s * (session.size() - 1);
      const double efficiency = (times.busy_s - times.repeated_s) / kept_s;
      std::printf("%-11s %4zu tasks  wall %.4f s, busy %.4f s, repeated %.4f s  efficiency %.3f\n",
                  name, times.tasks, times.wall_s, times.busy_s, times.repeated_s, efficiency);
      best = std::max(best, efficiency);
    }
    if (told(session, best >= wanted)) break;
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
  if (argc != 6) {
    std::fputs(
        "usage: mpirun -n 3 bench_balance DATA_DIR CONFIG TRIES LEAST_EFFICIENCY LEAST_OF_TOYS\n",
        stderr);
    return 2;
  }
  const mpi::Session session;
  const int tries = std::atoi(argv[3]);
  const double wanted = std::atof(argv[4]);
  const double wanted_of_toys = std::atof(argv[5]);
  try {
    experiment::DataFolder data{argv[1]};
    campaign::RunConfig config = campaign::RunConfig::load(argv[2]);
    const std::vector<double> all_masses = config.mass_MeV;
    const std::vector<double> all_couplings = config.coupling_mu_B();
    // Half the couplings: some seconds.
    config.mass_MeV = all_masses;
    config.couplings.front().grid_mu_B = thinned(all_couplings, 40);
    const auto whole = std::make_shared<const campaign::Setup>(config, data);
    const double all = best_efficiency(session, whole, "many masses", tries, wanted);
    config.mass_MeV = {all_masses[all_masses.size() / 4], all_masses[all_masses.size() / 2]};
    config.couplings.front().grid_mu_B = all_couplings;
    const auto few = std::make_shared<const campaign::Setup>(config, data);
    const double split = best_efficiency(session, few, "two masses", tries, wanted);
    config.couplings.front().grid_mu_B = thinned(all_couplings, 6);
    config.toys = campaign::ToyRequest{
        .least = 1000, .most = 1000, .batch = 25, .refine = campaign::Refinement::none};
    const auto simulated = std::make_shared<const campaign::Setup>(config, data);
    const double toys = best_efficiency(session, simulated, "toys", tries, wanted_of_toys);
    return told(session, all >= wanted && split >= wanted && toys >= wanted_of_toys) ? EXIT_SUCCESS
                                                                                     : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rank %d: %s\n", session.rank(), error.what());
    session.abort(1);
  }
}
