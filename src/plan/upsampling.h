// Owns: other ways than the store pattern to bring a pixel shuffle into the picture, for comparison
// ("Memory-aware upsampling", NAWQ-SR section 4.3): what they cost in time and memory.
#pragma once

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

enum class Upsampling {
  kStore,  // the last layer writes every pixel of a block at its place
  k4d,     // it writes (c*s*s, h, w) to a tensor, which a pass brings into the picture
  k6d,     // that pass makes a second tensor, of the picture's size, which another pass brings there
};

// A program whose last layer shuffles pixels, done by `mapping`; the same picture. kUsage when the program
// does not end in a pixel shuffle.
Result<Program> with_upsampling(Program program, Upsampling mapping);

}  // namespace nawq::plan
