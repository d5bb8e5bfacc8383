#include "nudipole/run/executor.hpp"

#include <chrono>

namespace nudipole::run {

bool SerialExecutor::execute(const std::vector<campaign::Task>& tasks,
                             const Coordinator& coordinator) {
  using Clock = std::chrono::steady_clock;
  for (const campaign::Task& task : tasks) {
    if (coordinator.stop() != Stop::none) return false;
    const Clock::time_point start = Clock::now();
    labelled::Patch patch = (*worker_)(task);
    coordinator.store(task, std::move(patch),
                      std::chrono::duration<double>(Clock::now() - start).count());
    if (coordinator.tick) coordinator.tick();
  }
  return true;
}

}  // namespace nudipole::run
