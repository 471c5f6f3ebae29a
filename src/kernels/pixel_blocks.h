// Owns: the walk over a row whose every pixel and vector of channels has a value of its own: blocks of P
// pixels that share an epilogue.
#pragma once

#include "kernels/epilogue_run.h"

namespace nawq::kernels {

template <class V, int P, class Value>
__attribute__((always_inline)) inline void make_block(const Epilogue& epilogue, int vector, int pixel,
                                                      Value&& value) {
  typename V::Float r[P][1];
  for (int p = 0; p < P; ++p) r[p][0] = value(pixel + p, vector * V::kLanes);
  EpilogueRun<V, P, 1>(epilogue, vector * V::kLanes, pixel).finish(r);
}

// value(pixel, first channel of the vector) is r before the epilogue's steps. The last block overlaps the one
// before it instead of being narrower.
template <class V, int P, class Value>
void each_block(const Epilogue& epilogue, int vectors, int width_px, Value&& value) {
  for (int vector = 0; vector < vectors; ++vector) {
    if (width_px < P) {
      for (int pixel = 0; pixel < width_px; ++pixel) make_block<V, 1>(epilogue, vector, pixel, value);
      continue;
    }
    const int last = width_px - P;
    for (int pixel = 0; pixel < width_px; pixel += P)
      make_block<V, P>(epilogue, vector, pixel < last ? pixel : last, value);
  }
}

}  // namespace nawq::kernels
