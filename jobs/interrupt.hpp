#pragma once

namespace nudipole::jobs {

/// Requests to stop that came by signal.
enum class Interrupt {
  none,
  soon,  ///< SIGUSR1: a batch system warns ahead of the time limit
  now    ///< SIGTERM, SIGINT or SIGHUP: the kill follows in seconds
};

/// From here on SIGTERM, SIGINT, SIGUSR1 and SIGHUP are only noted, SIGHUP unless it is ignored
/// (nohup); a full disk limit (SIGXFSZ) becomes an error of the write. Every rank must call this: a
/// worker that died of SIGTERM would cut short the time in which rank 0 writes its checkpoint.
void note_interrupts();

Interrupt interrupt_noted() noexcept;

/// True once after each SIGCONT: mpirun sends it to all ranks when it is about to end the job,
/// because one of them died or because it was asked to. A good moment for a checkpoint; otherwise
/// (a job that was suspended) a checkpoint does no harm.
bool take_trouble_noted() noexcept;

/// The work is done and saved: from here on SIGTERM, SIGINT or SIGHUP, also one noted before, ends
/// this process at once with `exit_code`. MPI_Finalize could hang until the kill.
void leave_on_interrupt(int exit_code) noexcept;

/// For workers: some seconds after SIGTERM, SIGINT or SIGHUP this process ends with `exit_code`
/// whatever it does, even if no word of rank 0 arrives and no launcher ends it (srun waits for
/// every rank).
void leave_after_interrupt(int exit_code) noexcept;

}  // namespace nudipole::jobs
