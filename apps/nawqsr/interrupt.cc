#include "nawqsr/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "media/pending_output.h"
#include "nawqsr/exit_code.h"

namespace nawq::cli {
namespace {

// Only async-signal-safe calls.
void stop(int) {
  media::hold_new_outputs();
  media::remove_pending_outputs();
  static constexpr char kSaid[] = "\ninterrupted\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
  _exit(kInterrupted);
}

// nohup and background jobs of scripts come with a signal ignored; that is the user's wish.
bool is_ignored(int signal) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = stop;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(signal)) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed stdout is an error that print() reports
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file over the limit, to whoever writes it
}

}  // namespace nawq::cli
