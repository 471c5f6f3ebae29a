#include "kernels/peak/peak_loop.h"
#include "kernels/simd/neon_i8mm.h"

namespace nawq::kernels {
namespace {

// A tile has 8 channels, and a lane of its products is one output.
struct Tiles8 : neon_i8mm::Code8 {
  static constexpr int kStepChannels = 8;
};
struct Tiles16 : neon_i8mm::Code16 {
  static constexpr int kStepChannels = 8;
};

}  // namespace

void peak_code8_neon_i8mm(const PeakLoop& loop) { peak_loop<neon::Vector, Tiles8>(loop); }
void peak_code16_neon_i8mm(const PeakLoop& loop) { peak_loop<neon::Vector, Tiles16>(loop); }

}  // namespace nawq::kernels
