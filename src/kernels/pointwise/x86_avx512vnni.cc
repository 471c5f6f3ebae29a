#include "kernels/pointwise/pointwise_rows.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

void pointwise_avx512vnni(const PointwiseRow& row) { pointwise_row<avx512::Vector>(row); }

}  // namespace nawq::kernels
