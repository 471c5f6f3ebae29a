// Owns: targets by name or from a JSON file.
#pragma once

#include <string>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "session/schedule.h"

namespace nawq::cli {

// "cpu" (this machine, measured), another built-in one, or a file:
//   {"name": "x", "units": [{"name": "a", "gmac_per_s": {"8": 512}}, {"name": "b", "gmac_per_s": {"16":
//   256}}],
//    "switch_us": 39.25, "conversion_gbyte_per_s": 16, "largest_rank": 4, "same_io": true, "fixed_size":
//    false, "per_channel_weights": false, "assumptions": "..."}
// All but name and units have defaults (graph/target.h). kUsage for what is neither.
Result<graph::Target> read_target(const std::string& name_or_file, Isa isa, ThreadTeam& team);

}  // namespace nawq::cli
