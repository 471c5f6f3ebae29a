// Owns: the loop, written once over the sources of simd/.
#pragma once

#include "kernels/peak/peak.h"

// A vector register in the constraints of asm.
#if defined(__aarch64__)
#define NAWQ_VECTOR_REGISTER "+w"
#else
#define NAWQ_VECTOR_REGISTER "+x"
#endif

namespace nawq::kernels {

template <class V, class Source>
void peak_loop(const PeakLoop& loop) {
  constexpr int kChains = 12;  // latency times width of today's units, and still in 16 registers
  alignas(64) static constexpr unsigned char kNumbers[64] = {};
  typename Source::Acc acc[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) acc[i] = Source::zero();
  auto source = Source::load_source(kNumbers);
  auto weights = Source::load_weights(kNumbers, 0);
  for (std::int64_t round = 0; round < loop.rounds; ++round) {
    asm volatile(""
                 : NAWQ_VECTOR_REGISTER(source),
                   NAWQ_VECTOR_REGISTER(weights));  // else what they alone decide would be done once
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) {
      acc[i] = Source::dot(acc[i], source, weights);
      asm volatile("" : NAWQ_VECTOR_REGISTER(acc[i]));  // else the loop, which changes nothing, would go
    }
  }
  *loop.macs = loop.rounds * kChains * V::kLanes * Source::kStepChannels / Source::kParts;
}

}  // namespace nawq::kernels

#undef NAWQ_VECTOR_REGISTER
