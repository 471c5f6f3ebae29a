// Owns: the epilogue of one number, by the words of docs/numerics.md: the judge of epilogue_run.h.
#pragma once

#include "kernels/epilogue.h"

namespace nawq::kernels {

// Applies all steps to r of packed output channel `channel` of pixel `pixel` and stores it everywhere it
// goes.
void finish_scalar(const Epilogue& epilogue, float r, int channel, std::ptrdiff_t pixel);

}  // namespace nawq::kernels
