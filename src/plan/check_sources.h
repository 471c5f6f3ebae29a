// Owns: the promises about tensors of codes whose range is found on the picture (TensorSpec::source).
#pragma once

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

// The tensors' own numbers have been checked; kFloat ones are allowed so far.
Status check_sources(const Program& program);

// That an operation may read it: in code programs, codes.
Status check_readable(const Program& program, std::int32_t tensor);

}  // namespace nawq::plan
