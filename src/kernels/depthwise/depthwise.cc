#include "kernels/depthwise/depthwise.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/depthwise/kernels.inc"
#define NAWQ_ROW DepthwiseRow
#define NAWQ_STRUCT DepthwiseKernel
#define NAWQ_LIST depthwise_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
