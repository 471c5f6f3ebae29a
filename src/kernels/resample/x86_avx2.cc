#include "kernels/resample/resample_rows.h"
#include "kernels/simd/avx2.h"

namespace nawq::kernels {

using V = avx2::Vector;

void resample_code8_avx2(const ResampleRow& row) { resample_row<V, Code8Source<V>>(row); }
void resample_code16_avx2(const ResampleRow& row) { resample_row<V, Code16Source<V>>(row); }
void resample_float_avx2(const ResampleRow& row) { resample_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
