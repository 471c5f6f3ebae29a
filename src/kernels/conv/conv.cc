#include "kernels/conv/conv.h"

namespace nawq::kernels {

#define NAWQ_CONV(name, isa, source, lanes) void name(const ConvRow& row);
#include "kernels/conv/kernels.inc"
#undef NAWQ_CONV

std::span<const ConvKernel> conv_kernels() {
#define NAWQ_CONV(name, isa, source, lanes) {#name, isa, source, lanes, name},
  static constexpr ConvKernel kKernels[] = {
#include "kernels/conv/kernels.inc"
  };
#undef NAWQ_CONV
  return kKernels;
}

}  // namespace nawq::kernels
