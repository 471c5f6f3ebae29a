// Owns: max pooling of one row, written once over the vector types of simd/.
#pragma once

#include "kernels/pixel_blocks.h"
#include "kernels/pool/pool.h"
#include "kernels/source_values.h"

namespace nawq::kernels {

// Of taps in the order of rows; a tap that is NaN is passed over unless it is the first.
template <class Source>
typename Source::Number largest_tap(const MaxPoolRow& row, int pixel, int channel) {
  const std::ptrdiff_t first_tap = row.first_tap_bytes[pixel];
  auto largest = Source::load(static_cast<const std::byte*>(row.rows[0]) + first_tap, channel);
  for (int y = 0; y < row.row_count; ++y) {
    const auto* tap = static_cast<const std::byte*>(row.rows[y]) + first_tap;
    for (int i = 0; i < row.tap_counts[pixel]; ++i, tap += row.src_tap_bytes)
      largest = Source::max(Source::load(tap, channel), largest);
  }
  return largest;
}

template <class V, class Source>
void max_pool_row(const MaxPoolRow& row) {
  constexpr int kPixels = 8;
  const auto scale = V::set(row.scale);
  const std::int32_t zero = zero_in_memory<Source>(row.zero_point);
  each_block<V, kPixels>(row.epilogue, row.vectors, row.width_px, [&](int pixel, int channel) {
    return Source::real(largest_tap<Source>(row, pixel, channel), zero, scale);
  });
}

}  // namespace nawq::kernels
