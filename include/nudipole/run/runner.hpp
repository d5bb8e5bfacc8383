#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/run/checkpoint.hpp"
#include "nudipole/run/executor.hpp"

#include <functional>

namespace nudipole::run {

/// When a campaign saves and stops.
struct Policy {
  double checkpoint_every_s = 30.0;
  std::function<Stop()> stop{};      ///< asked often; empty: never
  std::function<bool()> save_now{};  ///< true when a checkpoint should not wait; may be empty
};

enum class Work { some, none };

/// Who shows people how far a campaign is.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the first task. \param work  whether anything is left to do
  virtual void begun(const Checkpoint& checkpoint, Work work) = 0;
  virtual void advanced(const Progress& progress) = 0;

 protected:
  Observer() = default;
  Observer(const Observer&) = default;
  Observer& operator=(const Observer&) = default;
  Observer(Observer&&) = default;
  Observer& operator=(Observer&&) = default;
};

enum class Ending {
  complete,
  stopped  ///< the same command goes on
};

/// Runs what is left of a campaign, level by level: orders the tasks, has them done, keeps and
/// saves the results. After an error the results that have arrived are saved before it goes on its
/// way. \throws Error of a task; CheckpointError when the file cannot be written
Ending run_campaign(const campaign::Campaign& campaign, Checkpoint& checkpoint, Executor& executor,
                    const Policy& policy, Observer& observer);

}  // namespace nudipole::run
