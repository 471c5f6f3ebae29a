#include "kernels/pointwise/pointwise.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/pointwise/kernels.inc"
#define NAWQ_ROW PointwiseRow
#define NAWQ_STRUCT PointwiseKernel
#define NAWQ_LIST pointwise_kernels
#include "kernels/kernel_list.inc"

const PointwiseKernel& pointwise_kernel(Isa isa) {
  const std::span<const PointwiseKernel> kernels = pointwise_kernels();
  for (const PointwiseKernel& kernel : kernels)
    if (can_run(isa, kernel.isa)) return kernel;
  return kernels.back();
}

}  // namespace nawq::kernels
