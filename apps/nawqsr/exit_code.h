// Owns: the exit codes that scripts rely on (interface.md, README, man page).
#pragma once

#include "base/result.h"

namespace nawq::cli {

enum ExitCode : int {
  kDone = 0,
  kInputFailed = 1,
  kUsageError = 2,
  kModelFailed = 3,
  kOutputFailed = 4,
  kTooLarge = 5,
  kQualityMissed = 6,
  kInterrupted = 130,
};

ExitCode exit_code(ErrorKind kind);

}  // namespace nawq::cli
