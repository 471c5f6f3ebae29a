#include "kernels/conv/conv_rows.h"
#include "kernels/simd/avxvnni.h"

namespace nawq::kernels {

void conv_code8_w8_avxvnni(const ConvRow& row) { conv_row<avxvnni::Vector, avxvnni::Code8>(row); }
void conv_code16_w8_avxvnni(const ConvRow& row) { conv_row<avxvnni::Vector, avxvnni::Code16>(row); }

}  // namespace nawq::kernels
