#include "kernels/simd/avx2.h"
#include "kernels/statistics/statistics_rows.h"

namespace nawq::kernels {

using V = avx2::Vector;

void statistics_code8_avx2(const StatisticsRow& row) { statistics_row<V, Code8Source<V>>(row); }
void statistics_code16_avx2(const StatisticsRow& row) { statistics_row<V, Code16Source<V>>(row); }
void statistics_float_avx2(const StatisticsRow& row) { statistics_row<V, FloatSource<V>>(row); }

}  // namespace nawq::kernels
