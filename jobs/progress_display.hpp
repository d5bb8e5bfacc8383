#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace nudipole::jobs {

/// Progress on standard error: a bar with the time left on a terminal, else a line now and then.
class ProgressDisplay {
 public:
  /// \param noun  what is counted, e.g. "masses"
  /// \param done  how many an earlier run left
  /// \param ranks  of the MPI job; with several the launcher's standard error decides as well
  ProgressDisplay(std::string noun, std::size_t done, int ranks);
  /// Ends the bar's line.
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  /// Shows the state when the last display is old enough, or when all is done.
  void update(std::size_t done, std::size_t total);

 private:
  using Clock = std::chrono::steady_clock;

  void show(std::size_t done, std::size_t total, Clock::time_point now);

  std::string noun_;
  std::size_t done_before_;
  bool on_terminal_;
  bool bar_shown_ = false;
  bool end_shown_ = false;
  Clock::time_point start_;
  Clock::time_point last_;
};

}  // namespace nudipole::jobs
