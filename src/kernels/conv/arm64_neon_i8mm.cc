#include "kernels/conv/neon_blocks.h"
#include "kernels/simd/neon_i8mm.h"

namespace nawq::kernels {

void conv_code8_w8_neon_i8mm(const ConvRow& row) { conv_row_by<NeonBlocks<neon_i8mm::Code8, TileUnit>>(row); }
void conv_code16_w8_neon_i8mm(const ConvRow& row) {
  conv_row_by<NeonBlocks<neon_i8mm::Code16, TileUnit>>(row);
}

}  // namespace nawq::kernels
