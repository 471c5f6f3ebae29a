#include "kernels/conv/conv_rows.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

void conv_code8_w8_avx512vnni(const ConvRow& row) { conv_row<avx512::Vector, avx512::Code8>(row); }
void conv_code16_w8_avx512vnni(const ConvRow& row) { conv_row<avx512::Vector, avx512::Code16>(row); }
void conv_float_float_avx512vnni(const ConvRow& row) { conv_row<avx512::Vector, avx512::Float32>(row); }

}  // namespace nawq::kernels
