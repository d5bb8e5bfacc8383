// The runner with executors that need no MPI.
#include "nudipole/run/runner.hpp"

#include "nudipole/labelled/digest.hpp"
#include "support/catch2.hpp"
#include "support/result_files.hpp"
#include "support/stairs.hpp"

#include <algorithm>
#include <stdexcept>

using namespace nudipole;
using campaign::Task;
using run::Ending;
using run::Stop;

namespace {

class Watcher final : public run::Observer {
 public:
  void begun(const run::Checkpoint& checkpoint, run::Work some) override {
    resumed = checkpoint.resumed();
    work = some;
  }
  void advanced(const run::Progress& progress) override { last = progress; }

  bool resumed = false;
  run::Work work = run::Work::none;
  run::Progress last;
};

/// Several workers that answer in the opposite order.
class BackwardsExecutor final : public run::Executor {
 public:
  explicit BackwardsExecutor(const campaign::Campaign& campaign) : worker_(campaign.worker()) {}
  [[nodiscard]] std::size_t workers() const override { return 3; }
  std::vector<run::PlaceCost> measure(const std::vector<Task>& places) override {
    measured += places.size();
    return std::vector<run::PlaceCost>(places.size(), {1.0, 1.0, 1.0});
  }
  bool execute(const std::vector<Task>& tasks, const run::Coordinator& coordinator) override {
    executed += tasks.size();
    for (std::size_t i = tasks.size(); i-- > 0;) {
      coordinator.store(tasks[i], (*worker_)(tasks[i]), 0.0);
    }
    return true;
  }

  std::size_t measured = 0;
  std::size_t executed = 0;

 private:
  std::unique_ptr<campaign::Worker> worker_;
};

struct Case {
  test::TemporaryFolder folder{};
  std::filesystem::path file = folder / "stairs.h5";
  Watcher watcher{};

  Ending run(const test::Stairs& stairs, const run::Policy& policy = {}) {
    const test::StairsCampaign campaign{stairs};
    run::Checkpoint checkpoint{file, test::stairs_identity(), campaign.begin({})};
    run::SerialExecutor executor{campaign};
    return run_campaign(campaign, checkpoint, executor, policy, watcher);
  }
  [[nodiscard]] std::string digest() const {
    return labelled::content_digest(io::read_result(file).dataset,
                                    labelled::DigestScope::results_only);
  }
  [[nodiscard]] std::int64_t complete() const {
    return std::get<std::int64_t>(io::read_result(file).attributes.at("complete"));
  }
};

}  // namespace

TEST_CASE("A campaign runs level by level to its end") {
  Case one;
  CHECK(one.run({}) == Ending::complete);
  CHECK(one.watcher.last == run::Progress{10, 10, 30, 30, 0});
  CHECK_FALSE(one.watcher.resumed);
  CHECK(one.complete() == 1);
  const labelled::Dataset data = io::read_result(one.file).dataset;
  CHECK(data.at<double>("value", {3, 2}) == test::stair_value(1.5, 2));

  const std::string bytes = test::read_file(one.file);
  CHECK(one.run({}) == Ending::complete);  // nothing is left to do
  CHECK(one.watcher.work == run::Work::none);
  CHECK(test::read_file(one.file) == bytes);
}

TEST_CASE("A campaign that stops anywhere goes on to the same result") {
  Case whole;
  CHECK(whole.run({}) == Ending::complete);
  for (int after = 0; after < 10; ++after) {
    INFO("stopped after " << after << " tasks each time");
    Case one;
    int runs = 0;
    for (Ending ending = Ending::stopped; ending != Ending::complete; ++runs) {
      REQUIRE(runs < 12);
      int asked = 0;
      ending = one.run({}, {.stop = [&] { return asked++ > after ? Stop::soon : Stop::none; }});
      CHECK(one.complete() == (ending == Ending::complete ? 1 : 0));
      CHECK(one.watcher.resumed == (runs > 0));
    }
    CHECK(one.digest() == whole.digest());
  }
}

TEST_CASE("What has arrived before an error is saved") {
  Case one;
  const auto fail = [](const Task& task) {
    if (task.place == 3) throw std::runtime_error("lost");
  };
  CHECK_THROWS_WITH(one.run({.before_task = fail}), "lost");
  CHECK(run::progress_of(io::read_result(one.file).dataset, "height").places_done == 3);
  CHECK(one.run({}) == Ending::complete);
  Case whole;
  whole.run({});
  CHECK(one.digest() == whole.digest());
}

TEST_CASE("An executor of several workers gets costs measured, cut tasks, and gives the same") {
  Case whole;
  whole.run({.steps = 9, .items = 40});
  test::TemporaryFolder folder;
  const test::StairsCampaign campaign{{.steps = 9, .items = 40}};
  run::Checkpoint checkpoint{folder / "a.h5", test::stairs_identity(), campaign.begin({})};
  BackwardsExecutor executor{campaign};
  Watcher watcher;
  CHECK(run_campaign(campaign, checkpoint, executor, {}, watcher) == Ending::complete);
  CHECK(executor.measured == 16);  // eight places of each level
  CHECK(executor.executed > 18);   // more tasks than places
  CHECK(labelled::content_digest(checkpoint.table().dataset(),
                                 labelled::DigestScope::results_only) == whole.digest());
}

TEST_CASE("Checkpoints are written in between when they are due or asked for") {
  for (const bool asked : {false, true}) {
    Case one;
    std::size_t saved = 0;
    const auto look = [&](const Task&) {
      saved = run::progress_of(io::read_result(one.file).dataset, "height").places_done;
    };
    CHECK(one.run({.steps = 4, .before_task = look},
                  {.checkpoint_every_s = 1e9, .save_now = [asked] { return asked; }}) ==
          Ending::complete);
    CHECK(saved == (asked ? 7 : 0));
  }
}
