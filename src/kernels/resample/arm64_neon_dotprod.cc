#include "kernels/resample/resample_rows.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {

using V = neon::Vector;

void resample_code8_neon_dotprod(const ResampleRow& row) { resample_row<V, Code8Source<V>>(row); }
void resample_code16_neon_dotprod(const ResampleRow& row) { resample_row<V, Code16Source<V>>(row); }
void resample_float_neon_dotprod(const ResampleRow& row) { resample_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
