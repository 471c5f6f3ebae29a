#include "kernels/resample/resample_rows.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

using V = avx512::Vector;

void resample_code8_avx512vnni(const ResampleRow& row) { resample_row<V, Code8Source<V>>(row); }
void resample_code16_avx512vnni(const ResampleRow& row) { resample_row<V, Code16Source<V>>(row); }
void resample_float_avx512vnni(const ResampleRow& row) { resample_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
