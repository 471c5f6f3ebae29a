#include "kernels/pointwise/pointwise_rows.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {

void pointwise_neon_dotprod(const PointwiseRow& row) { pointwise_row<neon::Vector>(row); }

}  // namespace nawq::kernels
