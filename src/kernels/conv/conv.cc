#include "kernels/conv/conv.h"

#include <algorithm>

#include "base/cpu.h"

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

const ConvKernel& find_conv_kernel(Format src, Isa isa) {
  const std::span<const ConvKernel> kernels = conv_kernels();
  return *std::ranges::find_if(
      kernels, [&](const ConvKernel& kernel) { return kernel.src == src && can_run(isa, kernel.isa); });
}

}  // namespace nawq::kernels
