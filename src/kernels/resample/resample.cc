#include "kernels/resample/resample.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/resample/kernels.inc"
#define NAWQ_ROW ResampleRow
#define NAWQ_STRUCT ResampleKernel
#define NAWQ_LIST resample_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
