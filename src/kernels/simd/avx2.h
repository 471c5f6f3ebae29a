// Owns: the vector type of AVX2 with FMA: 8 lanes of 32 bits. Included only where those instructions are
// switched on, perhaps with others: hence the namespace without a name, which keeps each file's code its own.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/simd/load.h"

namespace nawq::kernels::avx2 {
namespace {

struct Vector {
  static constexpr int kLanes = 8;
  static constexpr int kRegisters = 16;
  using Int = __m256i;
  using Float = __m256;
  using Double = __m256d;
  // Lanes [begin, end).
  struct Mask {
    int begin, end;
    bool is_full() const { return begin == 0 && end == kLanes; }
  };

  static Int zero_int() { return _mm256_setzero_si256(); }
  static Float zero_float() { return _mm256_setzero_ps(); }
  static Int set_int(std::int32_t value) { return _mm256_set1_epi32(value); }
  static Float set(float value) { return _mm256_set1_ps(value); }
  static Int load_int(const std::int32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static Float load_float(const float* from) { return _mm256_loadu_ps(from); }

  static Mask first(int count) { return {0, count < kLanes ? count : kLanes}; }
  static Mask between(int begin, int end) { return {begin, end}; }
  static Float load_float(const float* from, Mask lanes) {
    return _mm256_maskload_ps(from, vector_mask(lanes));
  }
  static Int load_code8(const std::uint8_t* from, Mask lanes) {
    alignas(8) std::uint8_t codes[kLanes] = {};
    __builtin_memcpy(codes, from, static_cast<unsigned>(lanes.end));
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes)));
  }
  static Int load_code16(const std::int16_t* from, Mask lanes) {
    alignas(16) std::int16_t codes[kLanes] = {};
    __builtin_memcpy(codes, from, 2 * static_cast<unsigned>(lanes.end));
    return _mm256_cvtepi16_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(codes)));
  }

  // Each lane reads 4 bytes: numbers by index, or anything by its offset in bytes.
  static Float gather(const float* from, Int index) { return _mm256_i32gather_ps(from, index, 4); }
  static Int gather_bytes(const std::byte* from, Int offsets) {
    return _mm256_i32gather_epi32(reinterpret_cast<const int*>(from), offsets, 1);
  }
  static Float gather_bytes_float(const std::byte* from, Int offsets) {
    return _mm256_i32gather_ps(reinterpret_cast<const float*>(from), offsets, 1);
  }
  // The low bits of each lane as a number.
  template <int bits>
  static Int zero_extend(Int a) {
    return _mm256_srli_epi32(_mm256_slli_epi32(a, 32 - bits), 32 - bits);
  }
  template <int bits>
  static Int sign_extend(Int a) {
    return _mm256_srai_epi32(_mm256_slli_epi32(a, 32 - bits), 32 - bits);
  }

  // Weights for dot_pairs: in each lane one weight below, zero above.
  static Int load_low_weights(const std::int8_t* from) {
    const __m256i wide = _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
    return _mm256_and_si256(wide, _mm256_set1_epi32(0xffff));
  }
  // acc + source.low * weights.low + source.high * weights.high in each lane, the halves being 16-bit
  // numbers.
  static Int dot_pairs(Int acc, Int source, Int weights) {
    return _mm256_add_epi32(acc, _mm256_madd_epi16(source, weights));
  }

  static Int add(Int a, Int b) { return _mm256_add_epi32(a, b); }
  static Int sub(Int a, std::int32_t b) { return _mm256_sub_epi32(a, _mm256_set1_epi32(b)); }
  static Int max(Int a, Int b) { return _mm256_max_epi32(a, b); }
  // Lanes of 64 bits: sums, and products of the lower halves as unsigned numbers.
  static Int add_wide(Int a, Int b) { return _mm256_add_epi64(a, b); }
  static Int mul_even(Int a, Int b) { return _mm256_mul_epu32(a, b); }
  static Int odd_to_even(Int a) { return _mm256_srli_epi64(a, 32); }
  static void store_int(void* to, Int a) { _mm256_storeu_si256(static_cast<__m256i*>(to), a); }
  static Float to_float(Int a) { return _mm256_cvtepi32_ps(a); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  // b where a is NaN.
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static bool any_above_one(Float a) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_set1_ps(1.0f), _CMP_NLE_UQ)) != 0;
  }
  static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static Float abs(Float a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static Float negate(Float a) { return _mm256_xor_ps(_mm256_set1_ps(-0.0f), a); }
  static Float if_negative(Float x, Float then, Float otherwise) {
    return _mm256_blendv_ps(otherwise, then, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
  }
  // 2^n for -127 < n < 128 from 1.5 * 2^23 + n.
  static Float power_of_two(Float shifted) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(shifted), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(exponent, _mm256_set1_epi32(0x3f800000)));
  }
  static Float rint(Float a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Int to_int(Float a) { return _mm256_cvtps_epi32(a); }

  static Double load_double(const double* from) { return _mm256_loadu_pd(from); }
  static void store_double(double* to, Double a) { _mm256_storeu_pd(to, a); }
  static Double low_to_double(Float a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
  static Double high_to_double(Float a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
  static Double add_double(Double a, Double b) { return _mm256_add_pd(a, b); }
  static Double fma_double(Double a, Double b, Double c) { return _mm256_fmadd_pd(a, b, c); }

  // For numbers that codes are made of: below and NaN are the smallest integer, above is large.
  static Int to_int_from_below(Float a) {
    return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_set1_ps(1e6f), a));  // min gives a where it is NaN
  }
  // code + zero_point, saturated to 0..255, of a, then b, c, d.
  static Int pack_bytes(Int a, Int b, Int c, Int d, std::int32_t zero_point) {
    const __m256i zero = _mm256_set1_epi16(static_cast<std::int16_t>(zero_point));
    const __m256i ab = _mm256_adds_epi16(_mm256_packs_epi32(a, b), zero);
    const __m256i cd = _mm256_adds_epi16(_mm256_packs_epi32(c, d), zero);
    // Packing works within halves of 128 bits: [a0-3 b0-3 c0-3 d0-3 | a4-7 b4-7 c4-7 d4-7].
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    return _mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order);
  }
  // Saturated to 0..65535, a then b, all with the bits of `flip` turned over.
  static Int pack_words(Int a, Int b, Int flip) {
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(a, b), 0b11011000);
    return _mm256_xor_si256(words, flip);
  }
  // The part-th `bytes` of a.
  template <int bytes>
  static void store_part(void* to, Int a, int part) {
    const __m128i half = part * bytes < 16 ? _mm256_castsi256_si128(a) : _mm256_extracti128_si256(a, 1);
    if (bytes == 16) return _mm_storeu_si128(static_cast<__m128i*>(to), half);
    _mm_storel_epi64(static_cast<__m128i*>(to), part % 2 == 0 ? half : _mm_unpackhi_epi64(half, half));
  }

  // Lane i goes to to[i]; lanes outside the mask are not written, so `to` may point before the destination.
  static void store_float(float* to, Float r, Mask lanes) {
    if (lanes.is_full()) return _mm256_storeu_ps(to, r);
    _mm256_maskstore_ps(to, vector_mask(lanes), r);
  }

 private:
  static __m256i vector_mask(Mask lanes) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_andnot_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32(lanes.begin), lane),
                               _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes.end), lane));
  }
};

// Without VNNI both code formats multiply 16-bit numbers in pairs (vpmaddwd), which cannot overflow;
// vpmaddubsw could. A part is half the lanes, each with two partial sums side by side.
struct Code16 {
  using Acc = __m256i;
  static constexpr int kStepChannels = 4, kStepBytes = 8, kParts = 2, kMostVectors = 1;
  static Acc zero() { return _mm256_setzero_si256(); }
  static Acc start(const Epilogue& epilogue, int channel, int part) {
    return _mm256_cvtepu32_epi64(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(epilogue.correction + channel) + part));
  }
  static Acc load_source(const void* from) { return _mm256_set1_epi64x(load_as<std::int64_t>(from)); }
  static Acc load_weights(const void* from, int part) {
    return _mm256_cvtepi8_epi16(_mm_load_si128(static_cast<const __m128i*>(from) + part));
  }
  static Acc dot(Acc acc, Acc source, Acc weights) {
    return _mm256_add_epi32(acc, _mm256_madd_epi16(source, weights));
  }
  static Acc join(Acc low, Acc high) {
    // hadd works within halves of 128 bits: [a01 a23 b01 b23 | a45 a67 b45 b67] in units of pairs.
    return _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), 0b11011000);
  }
};

struct Code8 : Code16 {
  static constexpr int kStepBytes = 4;
  static Acc load_source(const void* from) {
    return _mm256_cvtepu8_epi16(_mm_set1_epi32(load_as<std::int32_t>(from)));
  }
};

struct Float32 {
  using Acc = __m256;
  static constexpr int kStepChannels = 1, kStepBytes = 4, kParts = 1, kMostVectors = 3;
  static Acc zero() { return _mm256_setzero_ps(); }
  static Acc start(const Epilogue&, int, int) { return zero(); }
  static Acc load_source(const void* from) { return _mm256_set1_ps(load_as<float>(from)); }
  static Acc load_weights(const void* from, int) { return _mm256_load_ps(static_cast<const float*>(from)); }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm256_fmadd_ps(source, weights, acc); }
  static Acc join(Acc only, Acc) { return only; }
};

}  // namespace
}  // namespace nawq::kernels::avx2
