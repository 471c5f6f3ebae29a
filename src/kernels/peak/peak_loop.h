// Owns: the loop, written once over the sources of simd/.
#pragma once

#include "kernels/peak/peak.h"

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
    asm volatile("" : "+x"(source), "+x"(weights));  // else what they alone decide would be done once
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) {
      acc[i] = Source::dot(acc[i], source, weights);
      asm volatile("" : "+x"(acc[i]));  // else the loop, which changes nothing, would go
    }
  }
  *loop.macs = loop.rounds * kChains * V::kLanes * Source::kStepChannels / Source::kParts;
}

}  // namespace nawq::kernels
