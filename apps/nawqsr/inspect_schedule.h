// Owns: `inspect --schedule`: partitions, their units, and the time that a target is predicted to take.
#pragma once

#include <string>

#include "nawqsr/exit_code.h"
#include "nawqsr/options.h"

namespace nawq::cli {

struct ScheduleRequest {
  std::string target = "cpu";
  int tiles = 1;
};

// `size`: the picture; nothing for the network's own size, else 320x180.
Result<ExitCode> inspect_schedule(const ModelOptions& model, const RunOptions& run,
                                  const ScheduleRequest& request, std::optional<session::Extent> size,
                                  Console& console);

}  // namespace nawq::cli
