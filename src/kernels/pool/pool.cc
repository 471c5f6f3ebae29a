#include "kernels/pool/pool.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/pool/kernels.inc"
#define NAWQ_ROW MaxPoolRow
#define NAWQ_STRUCT MaxPoolKernel
#define NAWQ_LIST max_pool_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
