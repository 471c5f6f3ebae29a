// Owns: the vector type of AVX-512 with VNNI: 16 lanes of 32 bits. Included only where those instructions are
// switched on.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/simd/load.h"

namespace nawq::kernels::avx512 {

struct Vector {
  static constexpr int kLanes = 16;
  static constexpr int kRegisters = 32;
  using Int = __m512i;
  using Float = __m512;
  using Double = __m512d;
  using Mask = __mmask16;

  static Int zero_int() { return _mm512_setzero_si512(); }
  static Float zero_float() { return _mm512_setzero_ps(); }
  static Int set_int(std::int32_t value) { return _mm512_set1_epi32(value); }
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

  // Each lane reads 4 bytes: numbers by index, or anything by its offset in bytes.
  static Float gather(const float* from, Int index) { return _mm512_i32gather_ps(index, from, 4); }
  static Int gather_bytes(const std::byte* from, Int offsets) {
    return _mm512_i32gather_epi32(offsets, from, 1);
  }
  static Float gather_bytes_float(const std::byte* from, Int offsets) {
    return _mm512_i32gather_ps(offsets, from, 1);
  }
  // The low bits of each lane as a number.
  template <int bits>
  static Int zero_extend(Int a) {
    return _mm512_srli_epi32(_mm512_slli_epi32(a, 32 - bits), 32 - bits);
  }
  template <int bits>
  static Int sign_extend(Int a) {
    return _mm512_srai_epi32(_mm512_slli_epi32(a, 32 - bits), 32 - bits);
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
  static Int max(Int a, Int b) { return _mm512_max_epi32(a, b); }
  // Lanes of 64 bits: sums, and products of the lower halves as unsigned numbers.
  static Int add_wide(Int a, Int b) { return _mm512_add_epi64(a, b); }
  static Int mul_even(Int a, Int b) { return _mm512_mul_epu32(a, b); }
  static Int odd_to_even(Int a) { return _mm512_srli_epi64(a, 32); }
  static void store_int(void* to, Int a) { _mm512_storeu_si512(to, a); }
  static Float to_float(Int a) { return _mm512_cvtepi32_ps(a); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  // b where a is NaN.
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static bool any_above_one(Float a) { return _mm512_cmp_ps_mask(a, _mm512_set1_ps(1.0f), _CMP_NLE_UQ) != 0; }
  static Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
  static Float abs(Float a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
  static Float negate(Float a) { return _mm512_xor_ps(_mm512_set1_ps(-0.0f), a); }
  static Float if_negative(Float x, Float then, Float otherwise) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), otherwise, then);
  }
  // 2^n for -127 < n < 128 from 1.5 * 2^23 + n.
  static Float power_of_two(Float shifted) {
    const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(exponent, _mm512_set1_epi32(0x3f800000)));
  }
  static Float rint(Float a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Int to_int(Float a) { return _mm512_cvtps_epi32(a); }

  static Double load_double(const double* from) { return _mm512_loadu_pd(from); }
  static void store_double(double* to, Double a) { _mm512_storeu_pd(to, a); }
  static Double low_to_double(Float a) { return _mm512_cvtps_pd(_mm512_castps512_ps256(a)); }
  static Double high_to_double(Float a) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)); }
  static Double add_double(Double a, Double b) { return _mm512_add_pd(a, b); }
  static Double fma_double(Double a, Double b, Double c) { return _mm512_fmadd_pd(a, b, c); }

  // For numbers that codes are made of: below and NaN are the smallest integer, above is large.
  static Int to_int_from_below(Float a) {
    return _mm512_cvtps_epi32(_mm512_min_ps(_mm512_set1_ps(1e6f), a));  // min gives a where it is NaN
  }
  // code + zero_point, saturated to 0..255, of a, then b, c, d.
  static Int pack_bytes(Int a, Int b, Int c, Int d, std::int32_t zero_point) {
    const __m512i zero = _mm512_set1_epi16(static_cast<std::int16_t>(zero_point));
    const __m512i ab = _mm512_adds_epi16(_mm512_packs_epi32(a, b), zero);
    const __m512i cd = _mm512_adds_epi16(_mm512_packs_epi32(c, d), zero);
    // Packing works within quarters of 128 bits: [a0-3 b0-3 c0-3 d0-3 | a4-7 ...].
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(ab, cd));
  }
  // Saturated to 0..65535, a then b, all with the bits of `flip` turned over.
  static Int pack_words(Int a, Int b, Int flip) {
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    const __m512i words = _mm512_permutexvar_epi64(order, _mm512_packus_epi32(a, b));
    return _mm512_xor_si512(words, flip);
  }
  // The part-th `bytes` of a.
  template <int bytes>
  static void store_part(void* to, Int a, int part) {
    if (bytes == 32)
      return _mm256_storeu_si256(static_cast<__m256i*>(to),
                                 part == 0 ? _mm512_castsi512_si256(a) : _mm512_extracti64x4_epi64(a, 1));
    _mm_storeu_si128(static_cast<__m128i*>(to), part == 0   ? _mm512_castsi512_si128(a)
                                                : part == 1 ? _mm512_extracti32x4_epi32(a, 1)
                                                : part == 2 ? _mm512_extracti32x4_epi32(a, 2)
                                                            : _mm512_extracti32x4_epi32(a, 3));
  }

  // Lane i goes to to[i]; lanes outside the mask are not written, so `to` may point before the destination.
  static void store_float(float* to, Float r, Mask lanes) { _mm512_mask_storeu_ps(to, lanes, r); }
};

// Sources: how input is broadcast and multiplied by weights. A step is kStepChannels input channels; kParts
// accumulators make one vector of outputs.
struct Code8 {
  using Acc = __m512i;
  static constexpr int kStepChannels = 4, kStepBytes = 4, kParts = 1, kMostVectors = 4;
  static Acc zero() { return _mm512_setzero_si512(); }
  static Acc start(const Epilogue& epilogue, int channel, int) {
    return _mm512_loadu_si512(epilogue.correction + channel);
  }
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
  static Acc start(const Epilogue& epilogue, int channel, int part) {
    return _mm512_cvtepu32_epi64(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(epilogue.correction + channel) + part));
  }
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
  static Acc start(const Epilogue&, int, int) { return zero(); }
  static Acc load_source(const void* from) { return _mm512_set1_ps(load_as<float>(from)); }
  static Acc load_weights(const void* from, int) { return _mm512_load_ps(from); }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm512_fmadd_ps(source, weights, acc); }
  static Acc join(Acc only, Acc) { return only; }
};

}  // namespace nawq::kernels::avx512
