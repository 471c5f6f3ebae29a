#include "kernels/peak/peak_loop.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {

void peak_code8_neon_dotprod(const PeakLoop& loop) { peak_loop<neon::Vector, neon::Code8>(loop); }
void peak_code16_neon_dotprod(const PeakLoop& loop) { peak_loop<neon::Vector, neon::Code16>(loop); }
void peak_float_neon_dotprod(const PeakLoop& loop) { peak_loop<neon::Vector, neon::Float32>(loop); }

}  // namespace nawq::kernels
