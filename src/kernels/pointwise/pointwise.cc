#include "kernels/pointwise/pointwise.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/pointwise/kernels.inc"
#define NAWQ_ROW PointwiseRow
#define NAWQ_STRUCT PointwiseKernel
#define NAWQ_LIST pointwise_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
