#include "kernels/statistics/statistics.h"

namespace nawq::kernels {

#define NAWQ_KERNELS "kernels/statistics/kernels.inc"
#define NAWQ_ROW StatisticsRow
#define NAWQ_STRUCT StatisticsKernel
#define NAWQ_LIST statistics_kernels
#include "kernels/kernel_list.inc"

}  // namespace nawq::kernels
