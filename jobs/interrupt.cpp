#include "interrupt.hpp"

#include <csignal>
#include <initializer_list>

#include <unistd.h>

namespace nudipole::jobs {
namespace {

volatile std::sig_atomic_t noted_soon = 0;
volatile std::sig_atomic_t noted_now = 0;
volatile std::sig_atomic_t noted_trouble = 0;
volatile std::sig_atomic_t leave_code = -1;  ///< of leave_on_interrupt, when >= 0
volatile std::sig_atomic_t late_code = -1;   ///< of leave_after_interrupt, when >= 0

/// Longer than rank 0 takes for a large checkpoint: a worker that ends earlier could make mpirun
/// end rank 0 as well.
constexpr unsigned leave_after_s = 8;

extern "C" void note_signal(int signal) {
  if (signal == SIGUSR1) {
    noted_soon = 1;
  } else if (signal == SIGCONT) {
    noted_trouble = 1;
  } else if (signal == SIGALRM) {
    _exit(late_code);
  } else {
    noted_now = 1;
    if (leave_code >= 0) _exit(leave_code);
    if (late_code >= 0) alarm(leave_after_s);
  }
}

}  // namespace

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGCONT}) sigaction(signal, &action, nullptr);
  // A dropped line of ssh is a request to stop, unless nohup has it ignored.
  struct sigaction hang_up {};
  sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &ignore, nullptr);
}

Interrupt interrupt_noted() noexcept {
  if (noted_now != 0) return Interrupt::now;
  return noted_soon != 0 ? Interrupt::soon : Interrupt::none;
}

bool take_trouble_noted() noexcept {
  if (noted_trouble == 0) return false;
  noted_trouble = 0;
  return true;
}

void leave_on_interrupt(int exit_code) noexcept {
  leave_code = exit_code;
  if (noted_now != 0) _exit(exit_code);
}

void leave_after_interrupt(int exit_code) noexcept {
  late_code = exit_code;
  struct sigaction action {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, nullptr);
  if (noted_now != 0) alarm(leave_after_s);
}

}  // namespace nudipole::jobs
