#include "kernels/depthwise/depthwise_rows.h"
#include "kernels/simd/avx2.h"

namespace nawq::kernels {

using V = avx2::Vector;

void depthwise_code8_w8_avx2(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode8<V>>(row); }
void depthwise_code16_w8_avx2(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode16<V>>(row); }
void depthwise_float_float_avx2(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfFloat<V>>(row); }

}  // namespace nawq::kernels
