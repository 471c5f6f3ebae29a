// Owns: weighted sums of source pixels for one row, written once over the vector types of simd/.
#pragma once

#include "kernels/pixel_blocks.h"
#include "kernels/resample/resample.h"
#include "kernels/source_values.h"

namespace nawq::kernels {

template <class V, class Source>
void resample_row(const ResampleRow& row) {
  constexpr int kPixels = 8;
  const auto scale = V::set(row.scale);
  const std::int32_t zero = zero_in_memory<Source>(row.zero_point);
  each_block<V, kPixels>(row.epilogue, row.vectors, row.width_px, [&](int pixel, int channel) {
    const std::ptrdiff_t first_tap = std::ptrdiff_t{pixel} * row.taps_w;
    auto sum = V::zero_float();
    for (int y = 0; y < row.row_count; ++y)
      for (int i = 0; i < row.taps_w; ++i) {
        const auto* tap = static_cast<const std::byte*>(row.rows[y]) + row.tap_bytes[first_tap + i];
        const auto weight = V::set(row.row_weights[y] * row.tap_weights[first_tap + i]);
        sum = V::fma(Source::real(Source::load(tap, channel), zero, scale), weight, sum);
      }
    return sum;
  });
}

}  // namespace nawq::kernels
