// A scan in which the work at one mass goes wrong: `faulty_scan FAULT CONFIG FILE` under mpirun, by
// the same runner, executor, checkpoint and error handling as the program's.
//   throw          the worker throws an error of the library
//   throw_foreign  the worker throws a standard exception
//   misshapen      the worker returns a result of another shape
//   elsewhere      the worker returns a result for another mass
//   die            the worker is killed
//   kill_root      rank 0 is killed when it has stored a result
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/mpi/executor.hpp"
#include "nudipole/run/input.hpp"
#include "nudipole/run/runner.hpp"

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace nudipole;

namespace {

constexpr std::uint64_t faulty_mass = 3;
constexpr int exit_error = 70;

class FaultyWorker final : public campaign::Worker {
 public:
  FaultyWorker(std::string fault, std::unique_ptr<campaign::Worker> good)
      : fault_(std::move(fault)), good_(std::move(good)) {}

  labelled::Patch operator()(const campaign::Task& task) override {
    labelled::Patch patch = (*good_)(task);
    if (task.place != faulty_mass || patch.empty()) return patch;
    if (fault_ == "throw") throw NumericalError("a fault on purpose", {.where = "mass 3"});
    if (fault_ == "throw_foreign") throw std::out_of_range("a foreign fault on purpose");
    if (fault_ == "die") std::raise(SIGKILL);
    if (fault_ == "misshapen") patch.front().offset += 1000;
    if (fault_ == "elsewhere") patch.front().place = 0;
    return patch;
  }

 private:
  std::string fault_;
  std::unique_ptr<campaign::Worker> good_;
};

/// A grid whose workers are faulty.
class FaultyGrid final : public campaign::Campaign {
 public:
  FaultyGrid(std::string fault, const std::shared_ptr<const campaign::Setup>& setup)
      : fault_(std::move(fault)), grid_(campaign::make_grid(setup)) {}

  [[nodiscard]] std::string_view kind() const override { return grid_->kind(); }
  [[nodiscard]] std::string_view partition_axis() const override { return grid_->partition_axis(); }
  [[nodiscard]] std::string_view place_noun() const override { return grid_->place_noun(); }
  [[nodiscard]] std::string place_text() const override { return grid_->place_text(); }
  [[nodiscard]] labelled::Dataset begin(const campaign::Shard& shard) const override {
    return grid_->begin(shard);
  }
  [[nodiscard]] std::vector<campaign::Task> missing(const labelled::Dataset& data) const override {
    return grid_->missing(data);
  }
  [[nodiscard]] std::unique_ptr<campaign::Worker> worker() const override {
    return std::make_unique<FaultyWorker>(fault_, grid_->worker());
  }
  [[nodiscard]] std::size_t items() const override { return grid_->items(); }

 private:
  std::string fault_;
  std::unique_ptr<campaign::Campaign> grid_;
};

/// Saves always; dies with the checkpoint that holds the faulty mass, or does nothing.
class RootKiller final : public run::Observer {
 public:
  RootKiller(std::string fault, const run::Checkpoint& checkpoint)
      : fault_(std::move(fault)), checkpoint_(&checkpoint) {}
  void begun(const run::Checkpoint&, run::Work) override {}
  void advanced(const run::Progress&) override {
    const auto status =
        checkpoint_->table().dataset().slice<std::int8_t>("fit_status", {faulty_mass});
    if (fault_ == "kill_root" && status.front() != labelled::not_done) std::raise(SIGKILL);
  }

 private:
  std::string fault_;
  const run::Checkpoint* checkpoint_;
};

int scan_with_fault(const mpi::Session& session, const std::string& fault, const char* config,
                    const char* program, const char* file) {
  const auto setup = run::load_setup(
      config,
      [&] {
        return experiment::DataFolder{
            experiment::find_data_roots({}, experiment::installed_data(program))};
      },
      session);
  const FaultyGrid grid{fault, setup};
  if (!session.is_root()) {
    mpi::serve(session, grid);
    return 0;
  }
  run::Checkpoint checkpoint{file, run::identity_of(*setup, grid, {}), grid.begin({})};
  RootKiller observer{fault, checkpoint};
  const auto executor = mpi::make_executor(session, grid);
  run_campaign(grid, checkpoint, *executor, {.save_now = [] { return true; }}, observer);
  mpi::finish(session);
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 4) return 2;
  const mpi::Session session;
  try {
    return scan_with_fault(session, argv[1], argv[2], argv[0], argv[3]);
  } catch (const std::exception& error) {
    std::cerr << "rank " << session.rank() << " caught: " << error.what() << std::endl;
    session.abort(exit_error);
  }
}
