// Owns: which arithmetic a network is run in: the file's own, or another that the user asks for.
#pragma once

#include <memory>
#include <optional>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "plan/program.h"
#include "session/network.h"
#include "session/plan_network.h"
#include "session/upscaler.h"

namespace nawq::session {

// kFp16 is a simulation on the reference, for comparison.
enum class Precision { kFp32, kFp16, kInt8, kA16W8, kHybrid };

// Without a precision: what the file says. kInt8 and kA16W8 of a float network: every layer's ranges are
// found on every picture, which the notes say. kUsage for a precision that the file does not have, or without
// run-time ranges where there are no static ones; kModel when the engine cannot run the network.
Result<std::unique_ptr<Upscaler>> open_engine(Network network, std::optional<Precision> precision, Isa isa,
                                              ThreadTeam& team, Dre dre = Dre::kAsStored);

// A compiled program; kUsage for a precision other than its own, or without the run-time ranges that it has.
Result<std::unique_ptr<Upscaler>> open_engine(plan::Program program, std::optional<Precision> precision,
                                              Isa isa, ThreadTeam& team, Dre dre = Dre::kAsStored);

// kUsage where kOff leaves no ranges to run with.
Status check_static(const Network& network, std::optional<Precision> precision);
Status check_static(const plan::Program& program);

std::string_view precision_name(Precision precision);

}  // namespace nawq::session
