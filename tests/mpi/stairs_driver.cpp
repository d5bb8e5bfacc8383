// A campaign that exists in tests only, on several ranks: by the runner, the executor, the
// checkpoint and the merge of every campaign.
// `stairs_driver run FILE STEPS ITEMS SHARD PAUSE_MS` runs or resumes; exit code 0 or 75 (SIGUSR1).
// `stairs_driver merge OUT FILE...` joins shards.
// `stairs_driver MODE STEPS` is the executor alone and prints `key value` lines; modes:
//   all | stop | now | idle | throw | data | foreign | all_throw
// Exit codes of errors: `code_of_error` + the kind.
#include "nudipole/io/result_file.hpp"
#include "nudipole/mpi/executor.hpp"
#include "nudipole/run/merge.hpp"
#include "nudipole/run/runner.hpp"
#include "support/stairs.hpp"

#include <sys/resource.h>
#include <boost/mpi/collectives/reduce.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <csignal>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace {

using namespace nudipole;
using campaign::Task;
using Clock = std::chrono::steady_clock;

constexpr int code_of_error = 40;
constexpr int code_of_stop = 75;

volatile std::sig_atomic_t stop_noted = 0;
extern "C" void note_stop(int) { stop_noted = 1; }

std::size_t tasks_here = 0;

/// What one rank does before a task of a mode.
std::function<void(const Task&)> hook_of(const std::string& mode) {
  return [mode](const Task& task) {
    using namespace std::chrono_literals;
    ++tasks_here;
    if (mode == "idle" || mode == "now") std::this_thread::sleep_for(2s);
    if (mode == "stop") std::this_thread::sleep_for(2ms);
    const bool fails = task.place == 3;
    if (fails && mode == "throw") {
      throw NumericalError("the minimum got lost", {.where = "step 3", .hint = "look for it"});
    }
    if (fails && mode == "data") throw DataError("a table changed");
    if (fails && mode == "foreign") throw std::runtime_error("no memory left, say");
    if (mode == "all_throw") throw NumericalError("nothing works");
  };
}

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Bit by bit what the task's worker gives.
bool is_right(const Task& task, const labelled::Patch& patch) {
  test::StairsWorker worker{{}};
  const labelled::Patch expected = worker(task);
  if (patch.size() != expected.size() || patch.size() != 4) return false;
  const auto same_bits = [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  };
  return std::ranges::equal(std::get<std::vector<double>>(patch[0].values),
                            std::get<std::vector<double>>(expected[0].values), same_bits) &&
         std::equal(patch.begin() + 1, patch.end(), expected.begin() + 1);
}

/// Rank 0: has tasks done by an executor and prints what it saw.
int coordinate(run::Executor& executor, const std::string& mode, std::size_t steps) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < steps; ++i)
    tasks.push_back({i, static_cast<double>(i), 0, 2 + i % 2});
  std::vector<int> times_stored(steps, 0);
  std::size_t stored = 0;
  std::size_t wrong = 0;
  std::size_t ticks = 0;
  const std::size_t stop_after = mode == "stop" ? 5 : steps + 1;
  const Clock::time_point start = Clock::now();
  const double cpu_before = cpu_s();
  const bool finished = executor.execute(
      tasks, {.store =
                  [&](const Task& task, const labelled::Patch& patch, double) {
                    ++stored;
                    ++times_stored.at(task.place);
                    if (task != tasks[task.place] || !is_right(task, patch)) ++wrong;
                  },
              .stop =
                  [&] {
                    const bool late = Clock::now() - start > std::chrono::milliseconds{300};
                    if (mode == "now" && late) return run::Stop::now;
                    return stored >= stop_after ? run::Stop::soon : run::Stop::none;
                  },
              .tick = [&] { ++ticks; }});
  const double wall_s = std::chrono::duration<double>(Clock::now() - start).count();
  times_stored.push_back(0);
  std::cout << "cpu_share " << (cpu_s() - cpu_before) / wall_s << "\nwall_s " << wall_s
            << "\nfinished " << finished << "\nstored " << stored << "\nwrong " << wrong
            << "\nticks " << ticks << "\nmost_often " << std::ranges::max(times_stored)
            << std::endl;
  return finished ? 0 : code_of_stop;
}

/// The executor alone.
int drive(const mpi::Session& session, const std::string& mode, std::size_t steps) {
  const test::StairsCampaign campaign{{.steps = steps, .before_task = hook_of(mode)}};
  int code = 0;
  if (session.is_root()) {
    code = coordinate(*mpi::make_executor(session, campaign), mode, steps);
    // As after SIGTERM: workers are in the middle of something and MPI_Finalize would wait for
    // them.
    if (code != 0 && mode == "now") mpi::dismiss(session, code);
    mpi::finish(session);
  } else {
    mpi::serve(session, campaign);
  }
  const std::size_t count = tasks_here;
  std::size_t sum = count;
  if (session.communicator() != nullptr) {
    boost::mpi::reduce(*session.communicator(), count, sum, std::plus<>{}, 0);
  }
  if (!session.is_root()) return code;
  std::cout << "evaluated " << sum << "\nevaluated_by_root " << count << std::endl;
  return code;
}

class Silent final : public run::Observer {
 public:
  void begun(const run::Checkpoint&, run::Work) override {}
  void advanced(const run::Progress&) override {}
};

int run_stairs(const mpi::Session& session, char** words) {
  const auto shard = campaign::parse_shard(words[3]).value();
  const std::chrono::milliseconds pause{std::stol(words[4])};
  const test::StairsCampaign campaign{
      {.steps = std::stoul(words[1]), .items = std::stoul(words[2]), .before_task = [pause](auto&) {
         std::this_thread::sleep_for(pause);
       }}};
  if (!session.is_root()) {
    mpi::serve(session, campaign);
    return 0;
  }
  run::Checkpoint checkpoint{words[0], test::stairs_identity(shard), campaign.begin(shard)};
  const run::Policy policy{.checkpoint_every_s = 0.02, .stop = [] {
                             return stop_noted != 0 ? run::Stop::soon : run::Stop::none;
                           }};
  Silent observer;
  const auto executor = mpi::make_executor(session, campaign);
  const run::Ending ending = run_campaign(campaign, checkpoint, *executor, policy, observer);
  mpi::finish(session);
  return ending == run::Ending::complete ? 0 : code_of_stop;
}

int merge(int count, char** words) {
  const run::Merged merged = run::merge_shards({words + 1, words + count});
  for (const auto* list : {&merged.problems, &merged.unfinished}) {
    for (const std::string& line : *list) std::cout << line << std::endl;
  }
  if (!merged.result) return 4;
  io::write_result(words[0], *merged.result);
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 3) return 2;
  const std::string mode = argv[1];
  if (mode == "merge") return merge(argc - 2, argv + 2);
  std::signal(SIGUSR1, note_stop);
  std::signal(SIGTERM, SIG_IGN);
  const mpi::Session session;
  try {
    return mode == "run" ? run_stairs(session, argv + 2)
                         : drive(session, mode, std::stoul(argv[2]));
  } catch (const Error& error) {
    std::cout << "error " << to_string(error.kind()) << ": " << error.what() << std::endl;
    session.abort(code_of_error + static_cast<int>(error.kind()));
  } catch (const std::exception& error) {
    std::cout << "error foreign: " << error.what() << std::endl;
    session.abort(code_of_error + 9);
  }
}
