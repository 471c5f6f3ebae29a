// Owns: running a subcommand's body and turning what it returns into an exit code.
#pragma once

#include "nawqsr/console.h"
#include "nawqsr/exit_code.h"
#include "session/within_memory.h"

namespace nawq::cli {

// Calls `body(console)`, a Result<ExitCode>; an error is said and becomes its exit code.
template <class Body>
int run_command(Console& console, Body&& body) {
  const Result<ExitCode> code = session::within_memory([&] { return body(console); });
  if (code) return *code;
  console.error(code.error());
  return exit_code(code.error().kind);
}

}  // namespace nawq::cli
