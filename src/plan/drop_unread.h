// Owns: leaving out of a Program in the making what its operations would write for nobody: formats of tensors
// that turn out to have no reader.
#pragma once

#include "plan/program.h"

namespace nawq::plan {

// Tensors are numbered anew. An operation that has readers for nothing keeps what it writes in codes. What
// takes a size from a tensor that goes takes it from another of the same value.
void drop_unread(Program& program);

}  // namespace nawq::plan
