#include "kernels/depthwise/depthwise_rows.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {
namespace {

using neon::Vector;

// Products of 16-bit numbers, widened as they are added.
struct Lanes8 : ChannelsOfCode8<Vector> {
  static int16x4_t load_source(const std::byte* from) {
    const auto codes = vdup_n_u32(load_as<std::uint32_t>(from));
    return vreinterpret_s16_u16(vget_low_u16(vmovl_u8(vreinterpret_u8_u32(codes))));
  }
  static int16x4_t load_weights(const void* weights, std::ptrdiff_t index) {
    const auto codes = vdup_n_s32(load_as<std::int32_t>(static_cast<const std::int8_t*>(weights) + index));
    return vget_low_s16(vmovl_s8(vreinterpret_s8_s32(codes)));
  }
  static Acc dot(Acc acc, int16x4_t source, int16x4_t weights) { return vmlal_s16(acc, source, weights); }
};

struct Lanes16 : Lanes8 {
  static constexpr int kBytes = 2;
  static int16x4_t load_source(const std::byte* from) { return load_as<int16x4_t>(from); }
};

}  // namespace

void depthwise_code8_w8_neon_dotprod(const DepthwiseRow& row) { depthwise_row<Vector, Lanes8>(row); }
void depthwise_code16_w8_neon_dotprod(const DepthwiseRow& row) { depthwise_row<Vector, Lanes16>(row); }
void depthwise_float_float_neon_dotprod(const DepthwiseRow& row) {
  depthwise_row<Vector, ChannelsOfFloat<Vector>>(row);
}

}  // namespace nawq::kernels
