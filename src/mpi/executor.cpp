#include "nudipole/mpi/executor.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/run/order.hpp"
#include "serialization.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/request.hpp>
#include <boost/serialization/string.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace nudipole::mpi {
namespace {

using boost::mpi::communicator;
using campaign::Task;
using run::Coordinator;
using run::PlaceCost;
using run::Stop;

enum Tag : int {
  tag_task = 1,
  tag_sample,
  tag_skip,
  tag_finish,
  tag_leave,
  tag_result,
  tag_costs,
  tag_skipped,
  tag_error
};

/// What a worker sends back.
struct Answer {
  Task task;
  labelled::Patch patch;
  double seconds = 0.0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& task& patch& seconds;
  }
};

/// Sleep that grows while nothing happens.
class BackOff {
 public:
  explicit BackOff(std::chrono::microseconds longest) : longest_(longest) {}
  void reset() { pause_ = std::chrono::microseconds{0}; }
  void wait() {
    pause_ = std::min(pause_ + std::chrono::microseconds{20}, longest_);
    std::this_thread::sleep_for(pause_);
  }

 private:
  std::chrono::microseconds longest_;
  std::chrono::microseconds pause_{0};
};

[[noreturn]] void receive_error(const communicator& world, int worker) {
  Problem error;
  world.recv(worker, tag_error, error);
  throw_with_context(error_of(error), "rank " + std::to_string(worker));
}

/// Rank 0's side: which tasks are where.
class Master {
 public:
  Master(const communicator& world, const std::vector<Task>& tasks, const Coordinator& coordinator)
      : world_(&world),
        tasks_(&tasks),
        coordinator_(&coordinator),
        held_(static_cast<std::size_t>(world.size())) {}

  bool run() {
    for (std::size_t round = 0; round < run::most_tasks_at_a_time; ++round) {
      for (int worker = 1; worker < world_->size(); ++worker) hand_out(worker);
    }
    BackOff back_off{std::chrono::microseconds{1000}};
    while (under_way_ > 0) {
      ask_for_stop();
      if (const auto message = world_->iprobe()) {
        take(message->source(), message->tag());
        tick();  // here too: with many workers there may never be a pause
        back_off.reset();
        continue;
      }
      if (stop_ == Stop::now) return false;
      tick();
      back_off.wait();
    }
    return next_ == tasks_->size() && skipped_ == 0;
  }

 private:
  void tick() const {
    if (coordinator_->tick) coordinator_->tick();
  }

  void to_all(Tag tag) const {
    for (int worker = 1; worker < world_->size(); ++worker) world_->send(worker, tag);
  }

  void ask_for_stop() {
    if (stop_ == Stop::now) return;
    const Stop before = stop_;
    stop_ = std::max(stop_, coordinator_->stop());
    // Tasks that wait at a worker are not begun any more: only those under way cost time.
    if (before == Stop::none && stop_ == Stop::soon) to_all(tag_skip);
  }

  void hand_out(int worker) {
    const std::size_t left = tasks_->size() - next_;
    std::size_t& held = held_[static_cast<std::size_t>(worker)];
    if (stop_ != Stop::none || left == 0) return;
    if (held >= run::tasks_at_a_time(left, held_.size() - 1)) return;
    world_->send(worker, tag_task, (*tasks_)[next_++]);
    ++held;
    ++under_way_;
  }

  void take(int worker, int tag) {
    if (tag == tag_error) receive_error(*world_, worker);
    if (tag == tag_skipped) {
      world_->recv(worker, tag_skipped);
      --under_way_;
      --held_[static_cast<std::size_t>(worker)];
      ++skipped_;
      return;
    }
    Answer answer;
    world_->recv(worker, tag_result, answer);
    --under_way_;
    --held_[static_cast<std::size_t>(worker)];
    hand_out(worker);
    coordinator_->store(answer.task, std::move(answer.patch), answer.seconds);
  }

  const communicator* world_;
  const std::vector<Task>* tasks_;
  const Coordinator* coordinator_;
  std::vector<std::size_t> held_;  ///< tasks at each rank
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  std::size_t skipped_ = 0;
  Stop stop_ = Stop::none;
};

[[noreturn]] void send_error(const communicator& world, const Problem& problem) {
  world.send(0, tag_error, problem);
  // Rank 0 ends all processes when it has reported the error; to leave now would end them earlier.
  for (;;) std::this_thread::sleep_for(std::chrono::seconds{1});
}

/// Ends this process when rank 0 has said so.
void leave_if_told(const Session& session) {
  const communicator& world = *session.communicator();
  if (!world.iprobe(0, tag_leave)) return;
  int exit_code = 0;
  world.recv(0, tag_leave, exit_code);
  session.leave(exit_code);
}

/// Rank 0 may be gone before it takes the answer, and a plain send would then wait for ever.
template <class Value>
void send_answer(const Session& session, Tag tag, const Value& value) {
  boost::mpi::request sending = session.communicator()->isend(0, tag, value);
  BackOff back_off{std::chrono::microseconds{200}};
  while (!sending.test()) {
    leave_if_told(session);
    back_off.wait();
  }
}

Answer done(campaign::Worker& worker, const Task& task) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  Answer answer{.task = task, .patch = worker(task)};
  answer.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return answer;
}

/// Costs of the places that rank 0 asks for; what fails has none: its task will say why.
std::vector<PlaceCost> sampled(const campaign::Campaign& campaign,
                               const std::vector<Task>& places) {
  std::vector<PlaceCost> costs;
  for (const Task& place : places) {
    try {
      // The first setup of a process is slower (memory, caches): not counted.
      if (costs.empty()) (void)run::sample_cost(campaign, place);
      costs.push_back(run::sample_cost(campaign, place));
    } catch (const Error&) {
      return {};
    }
  }
  return costs;
}

/// Calls an action and sends what it throws to rank 0.
template <class Action>
void guarded(const communicator& world, const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    send_error(world, problem_of(error));
  } catch (const std::exception& error) {
    send_error(world, {.problem = error.what()});
  }
}

/// The other ranks of a session of several.
class OtherRanks final : public run::Executor {
 public:
  explicit OtherRanks(const Session& session) : session_(&session) {}

  [[nodiscard]] std::size_t workers() const override {
    return static_cast<std::size_t>(session_->size() - 1);
  }
  std::vector<PlaceCost> measure(const std::vector<Task>& places) override;
  bool execute(const std::vector<Task>& tasks, const Coordinator& coordinator) override {
    return Master{*session_->communicator(), tasks, coordinator}.run();
  }

 private:
  const Session* session_;
};

std::vector<PlaceCost> OtherRanks::measure(const std::vector<Task>& places) {
  const communicator& world = *session_->communicator();
  std::vector<std::vector<Task>> shares(workers());
  for (std::size_t i = 0; i < places.size(); ++i) shares[i % workers()].push_back(places[i]);
  for (std::size_t w = 0; w < workers(); ++w) {
    world.send(static_cast<int>(w + 1), tag_sample, shares[w]);
  }
  std::vector<std::vector<PlaceCost>> costs(workers());
  for (std::size_t w = 0; w < workers(); ++w) {
    world.recv(static_cast<int>(w + 1), tag_costs, costs[w]);
  }
  std::vector<PlaceCost> all;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::vector<PlaceCost>& share = costs[i % workers()];
    if (i / workers() >= share.size()) return {};  // a place could not be measured
    all.push_back(share[i / workers()]);
  }
  return all;
}

}  // namespace

std::unique_ptr<run::Executor> make_executor(const Session& session,
                                             const campaign::Campaign& campaign) {
  if (session.size() == 1) return std::make_unique<run::SerialExecutor>(campaign);
  return std::make_unique<OtherRanks>(session);
}

void finish(const Session& session) {
  for (int worker = 1; worker < session.size(); ++worker) {
    session.communicator()->send(worker, tag_finish);
  }
}

void dismiss(const Session& session, int exit_code) {
  for (int worker = 1; worker < session.size(); ++worker) {
    session.communicator()->isend(worker, tag_leave, exit_code);
  }
  session.leave(exit_code);
}

void serve(const Session& session, const campaign::Campaign& campaign) {
  const communicator& world = *session.communicator();
  const auto worker = campaign.worker();
  BackOff back_off{std::chrono::microseconds{200}};
  bool skipping = false;
  for (;;) {
    const auto message = world.iprobe(0);
    if (!message) {
      back_off.wait();
      continue;
    }
    back_off.reset();
    // These two overtake the tasks that were sent before them.
    leave_if_told(session);
    if (world.iprobe(0, tag_skip)) {
      world.recv(0, tag_skip);
      skipping = true;
      continue;
    }
    if (message->tag() == tag_finish) {
      world.recv(0, tag_finish);
      return;
    }
    if (message->tag() == tag_sample) {
      std::vector<Task> places;
      world.recv(0, tag_sample, places);
      send_answer(session, tag_costs, sampled(campaign, places));
      continue;
    }
    Task task;
    world.recv(0, tag_task, task);
    if (skipping) {
      world.send(0, tag_skipped);
      continue;
    }
    guarded(world, [&] { send_answer(session, tag_result, done(*worker, task)); });
  }
}

}  // namespace nudipole::mpi
