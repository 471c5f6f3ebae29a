#include "kernels/peak/peak.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/peak/kernels.inc"
#define NAWQ_ROW PeakLoop
#define NAWQ_STRUCT PeakKernel
#define NAWQ_LIST peak_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
