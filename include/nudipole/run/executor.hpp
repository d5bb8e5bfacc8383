#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/run/cost.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace nudipole::run {

/// How urgently a run should end.
enum class Stop {
  none,
  soon,  ///< begin no task any more, wait for those under way
  now    ///< seconds are left: take what has arrived
};

/// What an executor asks and tells the one who keeps the results.
struct Coordinator {
  /// Takes the result of a task, in any order. \param seconds  it took
  std::function<void(const campaign::Task&, labelled::Patch, double seconds)> store;
  std::function<Stop()> stop;    ///< asked often
  std::function<void()> tick{};  ///< called often, while waiting too; may be empty
};

/// Gets tasks done: by this process alone, or by others.
class Executor {
 public:
  virtual ~Executor() = default;

  /// How many tasks are done at the same time.
  [[nodiscard]] virtual std::size_t workers() const = 0;
  /// Measures what places cost, a quick look at each (run::sample_cost), on the workers.
  /// \return costs in the order of `places`; none where measuring would not pay
  virtual std::vector<PlaceCost> measure(const std::vector<campaign::Task>& places) = 0;
  /// Does the tasks, begun in this order. \return true when all are done, false after a stop
  /// \throws what a task throws; the rest is then not done
  virtual bool execute(const std::vector<campaign::Task>& tasks,
                       const Coordinator& coordinator) = 0;

 protected:
  Executor() = default;
  Executor(const Executor&) = default;
  Executor& operator=(const Executor&) = default;
  Executor(Executor&&) = default;
  Executor& operator=(Executor&&) = default;
};

/// Does the tasks one after the other in this process.
class SerialExecutor final : public Executor {
 public:
  explicit SerialExecutor(const campaign::Campaign& campaign) : worker_(campaign.worker()) {}

  [[nodiscard]] std::size_t workers() const override { return 1; }
  std::vector<PlaceCost> measure(const std::vector<campaign::Task>&) override { return {}; }
  bool execute(const std::vector<campaign::Task>& tasks, const Coordinator& coordinator) override;

 private:
  std::unique_ptr<campaign::Worker> worker_;
};

}  // namespace nudipole::run
