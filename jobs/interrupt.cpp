#include "interrupt.hpp"

#include <csignal>

namespace nudipole::jobs {
namespace {

volatile std::sig_atomic_t noted_soon = 0;
volatile std::sig_atomic_t noted_now = 0;

extern "C" void note_signal(int signal) {
  if (signal == SIGUSR1) {
    noted_soon = 1;
  } else {
    noted_now = 1;
  }
}

}  // namespace

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &ignore, nullptr);
}

Interrupt interrupt_noted() noexcept {
  if (noted_now != 0) return Interrupt::now;
  return noted_soon != 0 ? Interrupt::soon : Interrupt::none;
}

}  // namespace nudipole::jobs
