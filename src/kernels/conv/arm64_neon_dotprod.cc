#include "kernels/conv/neon_blocks.h"

namespace nawq::kernels {

void conv_code8_w8_neon_dotprod(const ConvRow& row) { conv_row_by<NeonBlocks<neon::Code8, LaneUnit>>(row); }
void conv_code16_w8_neon_dotprod(const ConvRow& row) { conv_row_by<NeonBlocks<neon::Code16, LaneUnit>>(row); }
void conv_float_float_neon_dotprod(const ConvRow& row) {
  conv_row_by<NeonBlocks<neon::Float32, LaneUnit>>(row);
}

}  // namespace nawq::kernels
