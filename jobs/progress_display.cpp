#include "progress_display.hpp"

#include "nudipole/files/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

namespace nudipole::jobs {
namespace {

using namespace std::chrono_literals;

std::string duration_text(double seconds) {
  const long whole = std::lround(seconds);
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
  } else if (whole >= 60) {
    std::snprintf(text, sizeof text, "%ld min %02ld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld s", whole);
  }
  return text;
}

/// Whether what starts the ranks of an MPI job, and passes their messages on, writes to a terminal.
/// A launcher of another host or user does not tell.
bool launcher_writes_to_terminal() {
  std::error_code unknown;
  const std::filesystem::path stream = std::filesystem::read_symlink(
      "/proc/" + std::to_string(getppid()) + "/fd/" + std::to_string(STDERR_FILENO), unknown);
  if (unknown || !stream.is_absolute()) return false;
  const files::Descriptor opened{open(stream.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)};
  return opened.is_open() && isatty(opened.get()) == 1;
}

}  // namespace

ProgressDisplay::ProgressDisplay(std::string noun, std::size_t done, int ranks)
    : noun_(std::move(noun)),
      done_before_(done),
      on_terminal_(isatty(STDERR_FILENO) == 1 || (ranks > 1 && launcher_writes_to_terminal())),
      start_(Clock::now()),
      last_(start_) {}

ProgressDisplay::~ProgressDisplay() {
  if (bar_shown_) std::cerr << std::endl;
}

void ProgressDisplay::update(std::size_t done, std::size_t total) {
  const Clock::time_point now = Clock::now();
  const auto interval = on_terminal_ ? Clock::duration{200ms} : Clock::duration{10s};
  if (done >= total ? end_shown_ : now - last_ < interval) return;
  end_shown_ = done >= total;
  last_ = now;
  show(done, total, now);
}

void ProgressDisplay::show(std::size_t done, std::size_t total, Clock::time_point now) {
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const std::size_t fresh = done - done_before_;
  std::string left;
  if (done < total && fresh > 0) {
    left =
        ", " +
        duration_text(elapsed_s * static_cast<double>(total - done) / static_cast<double>(fresh)) +
        " left";
  }
  const std::string counts = std::to_string(done) + "/" + std::to_string(total) + " " + noun_ +
                             ", " + duration_text(elapsed_s) + left;
  if (!on_terminal_) {
    std::cerr << "nudipole: " << counts << std::endl;
    return;
  }
  constexpr std::size_t width = 30;
  const std::size_t filled = total == 0 ? width : width * done / total;
  std::cerr << "\r[" << std::string(filled, '#') << std::string(width - filled, '.') << "] "
            << counts << "\x1b[K" << std::flush;
  bar_shown_ = true;
}

}  // namespace nudipole::jobs
