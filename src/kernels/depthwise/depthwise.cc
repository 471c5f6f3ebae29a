#include "kernels/depthwise/depthwise.h"

namespace nawq::kernels {

#define NAWQ_DEPTHWISE(name, isa, source, lanes) void name(const DepthwiseRow& row);
#include "kernels/depthwise/kernels.inc"
#undef NAWQ_DEPTHWISE

std::span<const DepthwiseKernel> depthwise_kernels() {
#define NAWQ_DEPTHWISE(name, isa, source, lanes) {#name, isa, source, lanes, name},
  static constexpr DepthwiseKernel kKernels[] = {
#include "kernels/depthwise/kernels.inc"
  };
#undef NAWQ_DEPTHWISE
  return kKernels;
}

}  // namespace nawq::kernels
