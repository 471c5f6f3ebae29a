// Owns: what AVX-VNNI adds to the vector type of AVX2: dot products in one instruction. Included only where
// it is switched on.
#pragma once

#include "kernels/simd/avx2.h"

namespace nawq::kernels::avxvnni {
namespace {

struct Vector : avx2::Vector {
  static Int dot_pairs(Int acc, Int source, Int weights) {
    return _mm256_dpwssd_avx_epi32(acc, source, weights);
  }
};

struct Code8 {
  using Acc = __m256i;
  static constexpr int kStepChannels = 4, kStepBytes = 4, kParts = 1, kMostVectors = 2;
  static Acc zero() { return _mm256_setzero_si256(); }
  static Acc start(const Epilogue& epilogue, int channel, int) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(epilogue.correction + channel));
  }
  static Acc load_source(const void* from) { return _mm256_set1_epi32(load_as<std::int32_t>(from)); }
  static Acc load_weights(const void* from, int) {
    return _mm256_load_si256(static_cast<const __m256i*>(from));
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm256_dpbusd_avx_epi32(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }
};

struct Code16 : avx2::Code16 {
  static Acc dot(Acc acc, Acc source, Acc weights) { return _mm256_dpwssd_avx_epi32(acc, source, weights); }
};

}  // namespace
}  // namespace nawq::kernels::avxvnni
