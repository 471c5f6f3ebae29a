// Owns: a row of pixels that only the epilogue makes, written once over the vector types of simd/.
#pragma once

#include "kernels/pixel_blocks.h"
#include "kernels/pointwise/pointwise.h"

namespace nawq::kernels {

template <class V>
void pointwise_row(const PointwiseRow& row) {
  // What a step is, is decided once a block; memory is what limits a block of this size.
  constexpr int kPixels = 8;
  each_block<V, kPixels>(row.epilogue, row.vectors, row.width_px, [](int, int) { return V::zero_float(); });
}

}  // namespace nawq::kernels
