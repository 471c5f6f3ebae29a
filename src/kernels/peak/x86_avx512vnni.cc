#include "kernels/peak/peak_loop.h"
#include "kernels/simd/avx512.h"

namespace nawq::kernels {

void peak_code8_avx512vnni(const PeakLoop& loop) { peak_loop<avx512::Vector, avx512::Code8>(loop); }
void peak_code16_avx512vnni(const PeakLoop& loop) { peak_loop<avx512::Vector, avx512::Code16>(loop); }
void peak_float_avx512vnni(const PeakLoop& loop) { peak_loop<avx512::Vector, avx512::Float32>(loop); }

}  // namespace nawq::kernels
