#include "kernels/pool/pool_rows.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {

using V = neon::Vector;

void max_pool_code8_neon_dotprod(const MaxPoolRow& row) { max_pool_row<V, Code8Source<V>>(row); }
void max_pool_code16_neon_dotprod(const MaxPoolRow& row) { max_pool_row<V, Code16Source<V>>(row); }
void max_pool_float_neon_dotprod(const MaxPoolRow& row) { max_pool_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
