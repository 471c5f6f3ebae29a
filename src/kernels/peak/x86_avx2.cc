#include "kernels/peak/peak_loop.h"
#include "kernels/simd/avx2.h"

namespace nawq::kernels {

void peak_code8_avx2(const PeakLoop& loop) { peak_loop<avx2::Vector, avx2::Code8>(loop); }
void peak_code16_avx2(const PeakLoop& loop) { peak_loop<avx2::Vector, avx2::Code16>(loop); }
void peak_float_avx2(const PeakLoop& loop) { peak_loop<avx2::Vector, avx2::Float32>(loop); }

}  // namespace nawq::kernels
