#include "kernels/depthwise/depthwise_rows.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

using V = avx512::Vector;

void depthwise_code8_w8_avx512vnni(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode8<V>>(row); }
void depthwise_code16_w8_avx512vnni(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode16<V>>(row); }
void depthwise_float_float_avx512vnni(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfFloat<V>>(row); }

}  // namespace nawq::kernels
