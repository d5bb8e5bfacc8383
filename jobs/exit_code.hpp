#pragma once

#include "nudipole/core/error.hpp"

namespace nudipole::jobs {

/// Exit codes that scripts rely on.
enum ExitCode : int {
  exit_done = 0,
  exit_config = 2,       ///< configuration or command line
  exit_data = 3,         ///< experiment data
  exit_result_file = 4,  ///< result file
  exit_failed_fits = 5,  ///< more failed fits than allowed
  exit_unexpected = 70,
  exit_resumable = 75  ///< stopped before the end; the same command goes on
};

constexpr ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::config: return exit_config;
    case ErrorKind::data: return exit_data;
    case ErrorKind::checkpoint: return exit_result_file;
    case ErrorKind::numerical:
    case ErrorKind::unexpected: break;
  }
  return exit_unexpected;
}

}  // namespace nudipole::jobs
