// Owns: the contract of a row of output pixels that no source is summed for: r begins as 0 and the epilogue's
// steps do all the work (a residual brings the first tensor). Element-wise operations that could not join a
// convolution's epilogue, and changes of format, are of this kind.
#pragma once

#include <span>

#include "base/cpu.h"
#include "kernels/epilogue.h"

namespace nawq::kernels {

struct PointwiseRow {
  int vectors = 1;      // of packed output channels
  int width_px = 1;     // output pixels
  Epilogue epilogue{};  // correction, multiplier and bias are not read
};

using PointwiseRowFunction = void (*)(const PointwiseRow& row);

struct PointwiseKernel {
  const char* name;  // pointwise_<isa>
  Isa isa;
  int lanes;
  PointwiseRowFunction run;
};

// Best first, scalar last.
std::span<const PointwiseKernel> pointwise_kernels();
// The first that the machine runs.
const PointwiseKernel& pointwise_kernel(Isa isa);

}  // namespace nawq::kernels
