#include "kernels/conv/conv.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/conv/kernels.inc"
#define NAWQ_ROW ConvRow
#define NAWQ_STRUCT ConvKernel
#define NAWQ_LIST conv_kernels
#include "kernels/kernel_list.inc"

#define NAWQ_KERNELS "kernels/conv/wide_kernels.inc"
#define NAWQ_ROW ConvRow
#define NAWQ_STRUCT ConvKernel
#define NAWQ_LIST conv_wide_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
