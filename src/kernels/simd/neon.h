// Owns: the vector type of NEON with the dot product of bytes: 4 lanes of 32 bits. Included only where those
// instructions are switched on, perhaps with others: hence the namespace without a name, which keeps each
// file's code its own.
#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/simd/load.h"

namespace nawq::kernels::neon {
namespace {

struct Vector {
  static constexpr int kLanes = 4;
  static constexpr int kRegisters = 32;
  using Int = int32x4_t;
  using Float = float32x4_t;
  using Double = float64x2_t;
  // Lanes [begin, end).
  struct Mask {
    int begin, end;
    bool is_full() const { return begin == 0 && end == kLanes; }
  };

  static Int zero_int() { return vdupq_n_s32(0); }
  static Float zero_float() { return vdupq_n_f32(0); }
  static Int set_int(std::int32_t value) { return vdupq_n_s32(value); }
  static Float set(float value) { return vdupq_n_f32(value); }
  static Int load_int(const std::int32_t* from) { return vld1q_s32(from); }
  static Float load_float(const float* from) { return vld1q_f32(from); }

  static Mask first(int count) { return {0, count < kLanes ? count : kLanes}; }
  static Mask between(int begin, int end) { return {begin, end}; }
  static Float load_float(const float* from, Mask lanes) { return load_lanes<Float>(from, lanes); }
  static Int load_code8(const std::uint8_t* from, Mask lanes) {
    const auto codes = vreinterpret_u8_u32(vdup_n_u32(load_lanes<std::uint32_t>(from, lanes)));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(codes))));
  }
  static Int load_code16(const std::int16_t* from, Mask lanes) {
    return vmovl_s16(load_lanes<int16x4_t>(from, lanes));
  }

  // Each lane reads 4 bytes: numbers by index, or anything by its offset in bytes.
  static Float gather(const float* from, Int index) {
    return gather_bytes_float(reinterpret_cast<const std::byte*>(from), vshlq_n_s32(index, 2));
  }
  static Int gather_bytes(const std::byte* from, Int offsets) {
    std::int32_t at[kLanes], four_bytes[kLanes];
    vst1q_s32(at, offsets);
    for (int i = 0; i < kLanes; ++i) four_bytes[i] = load_as<std::int32_t>(from + at[i]);
    return vld1q_s32(four_bytes);
  }
  static Float gather_bytes_float(const std::byte* from, Int offsets) {
    return vreinterpretq_f32_s32(gather_bytes(from, offsets));
  }
  // The low bits of each lane as a number.
  template <int bits>
  static Int zero_extend(Int a) {
    return vandq_s32(a, vdupq_n_s32((1 << bits) - 1));
  }
  template <int bits>
  static Int sign_extend(Int a) {
    return vshrq_n_s32(vshlq_n_s32(a, 32 - bits), 32 - bits);
  }

  static Int add(Int a, Int b) { return vaddq_s32(a, b); }
  static Int sub(Int a, std::int32_t b) { return vsubq_s32(a, vdupq_n_s32(b)); }
  static Int max(Int a, Int b) { return vmaxq_s32(a, b); }
  // Lanes of 64 bits: sums, and products of the lower halves as unsigned numbers.
  static Int add_wide(Int a, Int b) {
    return vreinterpretq_s32_s64(vaddq_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
  }
  static Int mul_even(Int a, Int b) {
    return vreinterpretq_s32_u64(
        vmull_u32(vmovn_u64(vreinterpretq_u64_s32(a)), vmovn_u64(vreinterpretq_u64_s32(b))));
  }
  static Int odd_to_even(Int a) { return vreinterpretq_s32_u64(vshrq_n_u64(vreinterpretq_u64_s32(a), 32)); }
  static void store_int(void* to, Int a) {
    vst1q_u8(static_cast<std::uint8_t*>(to), vreinterpretq_u8_s32(a));
  }
  static Float to_float(Int a) { return vcvtq_f32_s32(a); }
  static Float add(Float a, Float b) { return vaddq_f32(a, b); }
  static Float mul(Float a, Float b) { return vmulq_f32(a, b); }
  static Float fma(Float a, Float b, Float c) { return vfmaq_f32(c, a, b); }
  // b where a is NaN, as the machine's own minimum and maximum do not have it.
  static Float min(Float a, Float b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
  static Float max(Float a, Float b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  static bool any_above_one(Float a) { return vminvq_u32(vcleq_f32(a, vdupq_n_f32(1))) == 0; }
  static Float div(Float a, Float b) { return vdivq_f32(a, b); }
  static Float abs(Float a) { return vabsq_f32(a); }
  static Float negate(Float a) { return vnegq_f32(a); }
  static Float if_negative(Float x, Float then, Float otherwise) {
    return vbslq_f32(vcltzq_f32(x), then, otherwise);
  }
  // 2^n for -127 < n < 128 from 1.5 * 2^23 + n.
  static Float power_of_two(Float shifted) {
    const Int exponent = vshlq_n_s32(vreinterpretq_s32_f32(shifted), 23);
    return vreinterpretq_f32_s32(vaddq_s32(exponent, vdupq_n_s32(0x3f800000)));
  }
  static Float rint(Float a) { return vrndnq_f32(a); }
  static Int to_int(Float a) { return vcvtnq_s32_f32(a); }

  static Double load_double(const double* from) { return vld1q_f64(from); }
  static void store_double(double* to, Double a) { vst1q_f64(to, a); }
  static Double low_to_double(Float a) { return vcvt_f64_f32(vget_low_f32(a)); }
  static Double high_to_double(Float a) { return vcvt_high_f64_f32(a); }
  static Double add_double(Double a, Double b) { return vaddq_f64(a, b); }
  static Double fma_double(Double a, Double b, Double c) { return vfmaq_f64(c, a, b); }

  // For numbers that codes are made of: below and NaN are small enough for any zero point, above is large.
  static Int to_int_from_below(Float a) {
    const Float raised = vmaxnmq_f32(a, vdupq_n_f32(-1e6f));  // the number where a is NaN
    return vcvtnq_s32_f32(vminnmq_f32(raised, vdupq_n_f32(1e6f)));
  }
  // code + zero_point, saturated to 0..255, of a, then b, c, d.
  static Int pack_bytes(Int a, Int b, Int c, Int d, std::int32_t zero_point) {
    const int16x8_t zero = vdupq_n_s16(static_cast<std::int16_t>(zero_point));
    const int16x8_t ab = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), zero);
    const int16x8_t cd = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(c), d), zero);
    return vreinterpretq_s32_u8(vqmovun_high_s16(vqmovun_s16(ab), cd));
  }
  // Saturated to 0..65535, a then b, all with the bits of `flip` turned over.
  static Int pack_words(Int a, Int b, Int flip) {
    const uint16x8_t words = vqmovun_high_s32(vqmovun_s32(a), b);
    return veorq_s32(vreinterpretq_s32_u16(words), flip);
  }
  // The part-th `bytes` of a.
  template <int bytes>
  static void store_part(void* to, Int a, int part) {
    if constexpr (bytes == 8) {
      const int32x2_t half = part == 0 ? vget_low_s32(a) : vget_high_s32(a);
      __builtin_memcpy(to, &half, 8);
    } else {
      const std::int32_t quarter = a[part];
      __builtin_memcpy(to, &quarter, 4);
    }
  }

  // Lane i goes to to[i]; lanes outside the mask are not written, so `to` may point before the destination.
  static void store_float(float* to, Float r, Mask lanes) {
    if (lanes.is_full()) return vst1q_f32(to, r);
    for (int i = lanes.begin; i < lanes.end; ++i) to[i] = r[i];
  }

 private:
  // As many numbers as there are lanes; the others are 0 and their memory is not touched.
  template <class Numbers, class Number>
  static Numbers load_lanes(const Number* from, Mask lanes) {
    if (lanes.end == kLanes) return load_as<Numbers>(from);
    Number numbers[kLanes] = {};
    for (int i = 0; i < lanes.end; ++i) numbers[i] = from[i];
    return load_as<Numbers>(numbers);
  }
};

// Sources of units that multiply 4 outputs' weights by one pixel's input, a lane of a register that holds a
// group of steps. kGroupRegisters of them hold a group; part i of the sums uses the i-th.
using Weights = int8x16_t;  // 4 input channels of 4 outputs

inline Weights load_weights8(const void* from) { return vld1q_s8(static_cast<const std::int8_t*>(from)); }

// Both factors are signed: codes lose 128, and the sums begin with what that takes away.
struct Code8 {
  using Acc = int32x4_t;
  static constexpr int kStepChannels = 4, kStepBytes = 4, kParts = 1, kMostVectors = 4;
  static constexpr int kGroupSteps = 4, kTakenAway = 128;
  struct Group {
    int8x16_t part[kParts];
  };
  static Acc zero() { return vdupq_n_s32(0); }
  static Acc start(const Epilogue& epilogue, int channel, int) {
    return vld1q_s32(epilogue.correction + channel);
  }
  static int8x16_t load_source(const void* from) { return less_128(load_as<uint8x16_t>(from)); }
  static Weights load_weights(const void* from, int) { return load_weights8(from); }
  static Acc dot(Acc acc, int8x16_t source, Weights weights) { return vdotq_s32(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }

  static Group load_group(const std::byte* from) { return {{load_source(from)}}; }
  static Group load_step(const std::byte* from) {
    return {{less_128(vreinterpretq_u8_u32(vdupq_n_u32(load_as<std::uint32_t>(from))))}};
  }
  template <int lane>
  static Acc dot_lane(Acc acc, Weights weights, const Group& group, int part) {
    return vdotq_laneq_s32(acc, weights, group.part[part], lane);
  }
  static int8x16_t less_128(uint8x16_t codes) {
    return vreinterpretq_s8_u8(veorq_u8(codes, vdupq_n_u8(0x80)));
  }
};

// There is no 16-bit dot product: low and high bytes are summed apart, 256 * high + low.
struct Code16 : Code8 {
  static constexpr int kStepBytes = 8, kParts = 2;
  struct Group {
    int8x16_t part[kParts];
  };
  static Acc start(const Epilogue& epilogue, int channel, int part) {
    return part == 0 ? vld1q_s32(epilogue.correction + channel) : vdupq_n_s32(0);
  }
  static Acc join(Acc low, Acc high) { return vaddq_s32(low, vshlq_n_s32(high, 8)); }

  static Group load_group(const std::byte* from) {
    return split(load_as<uint8x16_t>(from), load_as<uint8x16_t>(from + 16));
  }
  static Group load_step(const std::byte* from) {
    const uint8x8_t codes = load_as<uint8x8_t>(from);
    return split(vcombine_u8(codes, codes), vdupq_n_u8(0));
  }
  template <int lane>
  static Acc dot_lane(Acc acc, Weights weights, const Group& group, int part) {
    return vdotq_laneq_s32(acc, weights, group.part[part], lane);
  }

 private:
  static Group split(uint8x16_t a, uint8x16_t b) {
    return {{less_128(vuzp1q_u8(a, b)), vreinterpretq_s8_u8(vuzp2q_u8(a, b))}};
  }
};

struct Float32 {
  using Acc = float32x4_t;
  static constexpr int kStepChannels = 1, kStepBytes = 4, kParts = 1, kMostVectors = 4;
  static constexpr int kGroupSteps = 4, kTakenAway = 0;
  struct Group {
    float32x4_t part[kParts];
  };
  static Acc zero() { return vdupq_n_f32(0); }
  static Acc start(const Epilogue&, int, int) { return zero(); }
  static Acc load_source(const void* from) { return load_as<float32x4_t>(from); }
  static Acc load_weights(const void* from, int) { return vld1q_f32(static_cast<const float*>(from)); }
  static Acc dot(Acc acc, Acc source, Acc weights) { return vfmaq_f32(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }

  static Group load_group(const std::byte* from) { return {{load_source(from)}}; }
  static Group load_step(const std::byte* from) { return {{vdupq_n_f32(load_as<float>(from))}}; }
  template <int lane>
  static Acc dot_lane(Acc acc, Acc weights, const Group& group, int part) {
    return vfmaq_laneq_f32(acc, weights, group.part[part], lane);
  }
};

}  // namespace
}  // namespace nawq::kernels::neon
