#include "kernels/pool/pool_rows.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

using V = avx512::Vector;

void max_pool_code8_avx512vnni(const MaxPoolRow& row) { max_pool_row<V, Code8Source<V>>(row); }
void max_pool_code16_avx512vnni(const MaxPoolRow& row) { max_pool_row<V, Code16Source<V>>(row); }
void max_pool_float_avx512vnni(const MaxPoolRow& row) { max_pool_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
