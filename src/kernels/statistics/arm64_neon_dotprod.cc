#include "kernels/simd/neon.h"
#include "kernels/statistics/statistics_rows.h"

namespace nawq::kernels {

using V = neon::Vector;

void statistics_code8_neon_dotprod(const StatisticsRow& row) { statistics_row<V, Code8Source<V>>(row); }
void statistics_code16_neon_dotprod(const StatisticsRow& row) { statistics_row<V, Code16Source<V>>(row); }
void statistics_float_neon_dotprod(const StatisticsRow& row) { statistics_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
