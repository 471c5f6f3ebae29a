#include "nawqsr/interrupt.h"

#include <csignal>
#include <unistd.h>

#include "media/pending_output.h"
#include "nawqsr/exit_code.h"

namespace nawq::cli {
namespace {

// Only async-signal-safe calls.
void stop(int) {
  media::remove_pending_outputs();
  static constexpr char kSaid[] = "\ninterrupted\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
  _exit(kInterrupted);
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = stop;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed stdout is an error that print() reports
}

}  // namespace nawq::cli
