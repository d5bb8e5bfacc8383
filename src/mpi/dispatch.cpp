#include "nudipole/mpi/dispatch.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/scan/schedule.hpp"
#include "serialization.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/request.hpp>
#include <boost/serialization/string.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

namespace nudipole::mpi {
namespace {

using boost::mpi::communicator;

enum Tag : int {
  tag_unit = 1,
  tag_skip,
  tag_finish,
  tag_leave,
  tag_result,
  tag_skipped,
  tag_error
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
  std::pair<int, std::string> error;
  world.recv(worker, tag_error, error.first);
  world.recv(worker, tag_error, error.second);
  throw_error(static_cast<ErrorKind>(error.first), error.second,
              {.where = "rank " + std::to_string(worker)});
}

bool dispatch_alone(const std::vector<scan::Unit>& units, const Evaluator& evaluate,
                    const Coordinator& coordinator) {
  for (const scan::Unit& unit : units) {
    if (const Stop stop = coordinator.stop(); stop != Stop::none) {
      if (stop == Stop::soon) coordinator.finish();
      return false;
    }
    coordinator.store(evaluate(unit));
    coordinator.tick();
  }
  coordinator.finish();
  return true;
}

/// Rank 0's side: which units are where.
class Master {
 public:
  Master(const communicator& world, const std::vector<scan::Unit>& units,
         const Coordinator& coordinator)
      : world_(&world),
        units_(&units),
        coordinator_(&coordinator),
        held_(static_cast<std::size_t>(world.size())) {}

  bool run() {
    for (std::size_t round = 0; round < scan::most_units_at_a_time; ++round) {
      for (int worker = 1; worker < world_->size(); ++worker) hand_out(worker);
    }
    BackOff back_off{std::chrono::microseconds{1000}};
    while (under_way_ > 0) {
      ask_for_stop();
      if (const auto message = world_->iprobe()) {
        take(message->source(), message->tag());
        coordinator_->tick();  // here too: with many workers there may never be a pause
        back_off.reset();
        continue;
      }
      if (stop_ == Stop::now) return false;
      coordinator_->tick();
      back_off.wait();
    }
    coordinator_->finish();
    to_all(tag_finish);
    return next_ == units_->size() && skipped_ == 0;
  }

 private:
  void to_all(Tag tag) const {
    for (int worker = 1; worker < world_->size(); ++worker) world_->send(worker, tag);
  }

  void ask_for_stop() {
    if (stop_ == Stop::now) return;
    const Stop before = stop_;
    stop_ = std::max(stop_, coordinator_->stop());
    // Units that wait at a worker are not begun any more: only those under way cost time.
    if (before == Stop::none && stop_ == Stop::soon) to_all(tag_skip);
  }

  void hand_out(int worker) {
    const std::size_t left = units_->size() - next_;
    std::size_t& held = held_[static_cast<std::size_t>(worker)];
    if (stop_ != Stop::none || left == 0) return;
    if (held >= scan::units_at_a_time(left, held_.size() - 1)) return;
    world_->send(worker, tag_unit, (*units_)[next_++]);
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
    scan::UnitResult result;
    world_->recv(worker, tag_result, result);
    --under_way_;
    --held_[static_cast<std::size_t>(worker)];
    hand_out(worker);
    coordinator_->store(std::move(result));
  }

  const communicator* world_;
  const std::vector<scan::Unit>* units_;
  const Coordinator* coordinator_;
  std::vector<std::size_t> held_;  ///< units at each rank
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  std::size_t skipped_ = 0;
  Stop stop_ = Stop::none;
};

void send_error(const communicator& world, ErrorKind kind, const std::string& what) {
  world.send(0, tag_error, static_cast<int>(kind));
  world.send(0, tag_error, what);
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

/// Rank 0 may be gone before it takes the result, and a plain send would then wait for ever.
void send_result(const Session& session, const scan::UnitResult& result) {
  boost::mpi::request sending = session.communicator()->isend(0, tag_result, result);
  BackOff back_off{std::chrono::microseconds{200}};
  while (!sending.test()) {
    leave_if_told(session);
    back_off.wait();
  }
}

/// A worker's answer to a unit: its result or its error.
void answer(const Session& session, const scan::Unit& unit, const Evaluator& evaluate) {
  const communicator& world = *session.communicator();
  try {
    send_result(session, evaluate(unit));
  } catch (const Error& error) {
    send_error(world, error.kind(), error.what());
  } catch (const std::exception& error) {
    send_error(world, ErrorKind::unexpected, error.what());
  }
}

}  // namespace

bool dispatch(const Session& session, const std::vector<scan::Unit>& units,
              const Evaluator& evaluate, const Coordinator& coordinator) {
  if (session.size() == 1) return dispatch_alone(units, evaluate, coordinator);
  return Master{*session.communicator(), units, coordinator}.run();
}

void dismiss(const Session& session, int exit_code) {
  if (const communicator* world = session.communicator()) {
    for (int worker = 1; worker < world->size(); ++worker)
      world->isend(worker, tag_leave, exit_code);
  }
  session.leave(exit_code);
}

void serve(const Session& session, const Evaluator& evaluate) {
  const communicator& world = *session.communicator();
  BackOff back_off{std::chrono::microseconds{200}};
  bool skipping = false;
  for (;;) {
    const auto message = world.iprobe(0);
    if (!message) {
      back_off.wait();
      continue;
    }
    back_off.reset();
    // These two overtake the units that were sent before them.
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
    scan::Unit unit;
    world.recv(0, tag_unit, unit);
    if (skipping) {
      world.send(0, tag_skipped);
      continue;
    }
    answer(session, unit, evaluate);
  }
}

}  // namespace nudipole::mpi
