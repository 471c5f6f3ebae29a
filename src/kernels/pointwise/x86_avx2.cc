#include "kernels/pointwise/pointwise_rows.h"
#include "kernels/simd/avx2.h"

namespace nawq::kernels {

void pointwise_avx2(const PointwiseRow& row) { pointwise_row<avx2::Vector>(row); }

}  // namespace nawq::kernels
