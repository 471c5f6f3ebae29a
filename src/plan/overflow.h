// Owns: the proof that 32-bit accumulators of a convolution cannot overflow (docs/numerics.md, "No
// overflow").
#pragma once

#include "plan/program.h"

namespace nawq::plan {

// Whether the proof fails for some output channel, for codes of format `src` and any zero point. kCode8 and
// kCode16 only; the picture (kInputTensor) may come in 16 bits. `convolution.codes` must have the stated
// length.
bool needs_wide_sums(const Convolution& convolution, Format src);

}  // namespace nawq::plan
