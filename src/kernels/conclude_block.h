// Owns: what follows the sums of a block.
#pragma once

#include "kernels/epilogue_run.h"

namespace nawq::kernels {

// A function of its own: inlined, its constants would take registers from the accumulators, and gcc 12 would
// keep copies of these.
template <class V, class Source, int P, int B>
__attribute__((noinline)) void conclude_sums(const Epilogue& epilogue,
                                             const typename Source::Acc (&sums)[P][B * Source::kParts],
                                             int channel, int pixel) {
  typename Source::Acc joined[P][B];
#pragma GCC unroll 32
  for (int p = 0; p < P; ++p)
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b)
      joined[p][b] = Source::join(sums[p][b * Source::kParts], sums[p][(b + 1) * Source::kParts - 1]);
  typename V::Float r[P][B];
  const EpilogueRun<V, P, B> run(epilogue, channel, pixel);
  run.real(joined, r);
  run.finish(r);
}

// Of a block that begins at a channel and a pixel.
template <class V, class Source, int P, int B>
[[gnu::always_inline]] inline void conclude_block(const Epilogue& epilogue,
                                                  const typename Source::Acc (&acc)[P][B * Source::kParts],
                                                  int channel, int pixel) {
  typename Source::Acc
      sums[P][B * Source::kParts];  // acc itself has no address, so that it lives in registers alone
#pragma GCC unroll 32
  for (int p = 0; p < P; ++p)
#pragma GCC unroll 32
    for (int i = 0; i < B * Source::kParts; ++i) sums[p][i] = acc[p][i];
  conclude_sums<V, Source, P, B>(epilogue, sums, channel, pixel);
}

}  // namespace nawq::kernels
