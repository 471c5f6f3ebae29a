// Owns: the vector type of AVX-512 with VNNI: 16 lanes of 32 bits. Included only where those instructions are
// switched on.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/simd/load.h"

namespace nawq::kernels::avx512 {

struct Vector {
  static constexpr int kLanes = 16;
  static constexpr int kRegisters = 32;
  using Int = __m512i;
  using Float = __m512;
  using Mask = __mmask16;

  static Int zero_int() { return _mm512_setzero_si512(); }
  static Float zero_float() { return _mm512_setzero_ps(); }
  static Float set(float value) { return _mm512_set1_ps(value); }
  static Int load_int(const std::int32_t* from) { return _mm512_loadu_si512(from); }
  static Float load_float(const float* from) { return _mm512_loadu_ps(from); }

  // The first `count` lanes; the others are 0 and their memory is not touched.
  static Mask first(int count) { return static_cast<Mask>(count >= kLanes ? 0xffffu : (1u << count) - 1u); }
  static Mask between(int begin, int end) { return static_cast<Mask>(first(end) & ~first(begin)); }
  static Float load_float(const float* from, Mask lanes) { return _mm512_maskz_loadu_ps(lanes, from); }
  static Int load_code8(const std::uint8_t* from, Mask lanes) {
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, from));
  }
  static Int load_code16(const std::int16_t* from, Mask lanes) {
    return _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(lanes, from));
  }

  // Weights for dot_pairs: in each lane one weight below, zero above.
  static Int load_low_weights(const std::int8_t* from) {
    const __m512i wide = _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
    return _mm512_and_si512(wide, _mm512_set1_epi32(0xffff));
  }
  // acc + source.low * weights.low + source.high * weights.high in each lane, the halves being 16-bit
  // numbers.
  static Int dot_pairs(Int acc, Int source, Int weights) { return _mm512_dpwssd_epi32(acc, source, weights); }

  static Int add(Int a, Int b) { return _mm512_add_epi32(a, b); }
  static Int sub(Int a, std::int32_t b) { return _mm512_sub_epi32(a, _mm512_set1_epi32(b)); }
  static Float to_float(Int a) { return _mm512_cvtepi32_ps(a); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  // b where a is NaN.
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float slope(Float r, Float slopes) {
    return _mm512_mask_mul_ps(r, _mm512_cmp_ps_mask(r, _mm512_setzero_ps(), _CMP_LT_OQ), r, slopes);
  }
  static Float rint(Float a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Int to_int(Float a) { return _mm512_cvtps_epi32(a); }

  // Lane i goes to to[i]; lanes outside the mask are not written, so `to` may point before the destination.
  static void store_code8(std::uint8_t* to, Int codes, Mask lanes) {
    _mm_mask_storeu_epi8(to, lanes, _mm512_cvtepi32_epi8(codes));
  }
  static void store_code16(void* to, Int codes, Mask lanes) {
    _mm256_mask_storeu_epi16(to, lanes, _mm512_cvtepi32_epi16(codes));
  }
  static void store_float(float* to, Float r, Mask lanes) { _mm512_mask_storeu_ps(to, lanes, r); }
};

// Sources: how input is broadcast and multiplied by weights. A step is kStepChannels input channels; kParts
// accumulators make one vector of outputs.
struct Code8 {
  using Acc = __m512i;
  static constexpr int kStepChannels = 4, kStepBytes = 4, kParts = 1, kMostVectors = 4;
  static Acc zero() { return _mm512_setzero_si512(); }
  static Acc load_source(const void* from) { return _mm512_set1_epi32(load_as<std::int32_t>(from)); }
  static Acc load_weights(const void* from, int) { return _mm512_load_si512(from); }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm512_dpbusd_epi32(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }
};

// The 8-bit weights are widened in the register: a part is half the lanes, each with two partial sums side by
// side.
struct Code16 {
  using Acc = __m512i;
  static constexpr int kStepChannels = 4, kStepBytes = 8, kParts = 2, kMostVectors = 2;
  static Acc zero() { return _mm512_setzero_si512(); }
  static Acc load_source(const void* from) { return _mm512_set1_epi64(load_as<std::int64_t>(from)); }
  static Acc load_weights(const void* from, int part) {
    return _mm512_cvtepi8_epi16(_mm256_load_si256(static_cast<const __m256i*>(from) + part));
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm512_dpwssd_epi32(acc, source, weights); }
  static Acc join(Acc low, Acc high) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_add_epi32(_mm512_permutex2var_epi32(low, even, high),
                            _mm512_permutex2var_epi32(low, odd, high));
  }
};

struct Float32 {
  using Acc = __m512;
  static constexpr int kStepChannels = 1, kStepBytes = 4, kParts = 1, kMostVectors = 4;
  static Acc zero() { return _mm512_setzero_ps(); }
  static Acc load_source(const void* from) { return _mm512_set1_ps(load_as<float>(from)); }
  static Acc load_weights(const void* from, int) { return _mm512_load_ps(from); }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm512_fmadd_ps(source, weights, acc); }
  static Acc join(Acc only, Acc) { return only; }
};

}  // namespace nawq::kernels::avx512
