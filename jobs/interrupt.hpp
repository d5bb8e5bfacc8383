#pragma once

namespace nudipole::jobs {

/// Requests to stop that came by signal.
enum class Interrupt {
  none,
  soon,  ///< SIGUSR1: a batch system warns ahead of the time limit
  now    ///< SIGTERM or SIGINT: the kill follows in seconds
};

/// From here on SIGTERM, SIGINT and SIGUSR1 are only noted; a full disk limit (SIGXFSZ) becomes an
/// error of the write. Every rank must call this: a worker that died of SIGTERM would cut short the
/// time in which rank 0 writes its checkpoint.
void note_interrupts();

Interrupt interrupt_noted() noexcept;

}  // namespace nudipole::jobs
