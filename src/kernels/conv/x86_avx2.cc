#include "kernels/conv/conv_rows.h"
#include "kernels/simd/avx2.h"

namespace nawq::kernels {

void conv_code8_w8_avx2(const ConvRow& row) { conv_row<avx2::Vector, avx2::Code8>(row); }
void conv_code16_w8_avx2(const ConvRow& row) { conv_row<avx2::Vector, avx2::Code16>(row); }
void conv_float_float_avx2(const ConvRow& row) { conv_row<avx2::Vector, avx2::Float32>(row); }

}  // namespace nawq::kernels
