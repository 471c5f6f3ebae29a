// Owns: telling how far two programs do the same.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/program.h"

namespace nawq::plan {

// One more than there are operations. Programs with equal keys[k] do the same up to operation k, whatever
// they number their tensors: on one picture the tensors that they have written then, which have equal names
// and formats, are equal, and so are vectors. (64-bit FNV-1a.)
std::vector<std::uint64_t> prefix_keys(const Program& program);

}  // namespace nawq::plan
