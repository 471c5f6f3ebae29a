#include "nawqsr/exit_code.h"

namespace nawq::cli {

ExitCode exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInput:
      return kInputFailed;
    case ErrorKind::kUsage:
      return kUsageError;
    case ErrorKind::kModel:
      return kModelFailed;
    case ErrorKind::kOutput:
      return kOutputFailed;
    case ErrorKind::kResource:
      return kTooLarge;
    case ErrorKind::kQuality:
      return kQualityMissed;
    case ErrorKind::kInterrupted:
      return kInterrupted;
  }
  return kUsageError;
}

}  // namespace nawq::cli
