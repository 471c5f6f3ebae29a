// Owns: the Program behind the model options: a compiled one, or a network planned in the wished precision.
#pragma once

#include "base/cpu.h"
#include "nawqsr/console.h"
#include "nawqsr/options.h"
#include "session/plan_model.h"

namespace nawq::cli {

// Notes of the network are said.
Result<session::PlannedModel> plan_model(const ModelOptions& options, Isa isa, ThreadTeam& team,
                                         Console& console);

}  // namespace nawq::cli
