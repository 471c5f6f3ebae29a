// Owns: what has to hold of one operation by itself; what it needs from the operations before it is
// program_flow.h's. The Program's tensors and vectors must have been checked.
#pragma once

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

// The operation's kind, wordlength and number of channels.
Status check_kind(const Program& program, const Operation& operation);

// Steps and runs.
Status check_epilogue(const Program& program, const Operation& operation);

}  // namespace nawq::plan
