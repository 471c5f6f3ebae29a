#include "kernels/depthwise/depthwise_rows.h"
#include "kernels/simd/avxvnni.h"

namespace nawq::kernels {

using V = avxvnni::Vector;

void depthwise_code8_w8_avxvnni(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode8<V>>(row); }
void depthwise_code16_w8_avxvnni(const DepthwiseRow& row) { depthwise_row<V, ChannelsOfCode16<V>>(row); }

}  // namespace nawq::kernels
