#include "kernels/peak/peak_loop.h"
#include "kernels/simd/avxvnni.h"

namespace nawq::kernels {

void peak_code8_avxvnni(const PeakLoop& loop) { peak_loop<avxvnni::Vector, avxvnni::Code8>(loop); }
void peak_code16_avxvnni(const PeakLoop& loop) { peak_loop<avxvnni::Vector, avxvnni::Code16>(loop); }

}  // namespace nawq::kernels
