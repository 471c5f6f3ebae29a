// Owns: from any model to one Program that needs no picture: what `bench` and `compile` take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "plan/program.h"
#include "session/model_library.h"
#include "session/open_engine.h"

namespace nawq::session {

struct PlannedModel {
  plan::Program program;
  std::vector<std::string> notes;  // what the user should hear
};

// Integers of a float network get static ranges from one made-up picture: right for timing, not for use, and
// the notes say so.
Result<PlannedModel> plan_model(Model model, std::optional<Precision> precision, Isa isa, ThreadTeam& team,
                                Dre dre = Dre::kAsStored);

// The program with its last pixel shuffle done by "store", "4d" or "6d" (plan/upsampling.h).
Result<plan::Program> with_upsampling(plan::Program program, std::string_view mapping);

// The bytes of a .nawq file.
std::string program_file(const plan::Program& program);

}  // namespace nawq::session
