// Owns: depthwise convolution of one row, written once over the vector types of simd/.
//
// A lane is a channel. Codes are widened to 32 bits and multiplied as pairs of 16-bit numbers whose upper one
// is zero in the weights: one instruction that multiplies and adds, exact for both code formats.
#pragma once

#include "kernels/conclude_block.h"
#include "kernels/depthwise/depthwise.h"

namespace nawq::kernels {

template <class V>
struct ChannelsOfCode8 {
  static constexpr int kBytes = 1, kParts = 1;
  using Acc = typename V::Int;
  static Acc start(const Epilogue& epilogue, int channel) {
    return V::load_int(epilogue.correction + channel);
  }
  static Acc load_source(const std::byte* from) {
    return V::load_code8(reinterpret_cast<const std::uint8_t*>(from), V::first(V::kLanes));
  }
  static Acc load_weights(const void* weights, std::ptrdiff_t index) {
    return V::load_low_weights(static_cast<const std::int8_t*>(weights) + index);
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return V::dot_pairs(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }
};

template <class V>
struct ChannelsOfCode16 : ChannelsOfCode8<V> {
  static constexpr int kBytes = 2;
  static typename V::Int load_source(const std::byte* from) {
    return V::load_code16(reinterpret_cast<const std::int16_t*>(from), V::first(V::kLanes));
  }
};

template <class V>
struct ChannelsOfFloat {
  static constexpr int kBytes = 4, kParts = 1;
  using Acc = typename V::Float;
  static Acc start(const Epilogue&, int) { return V::zero_float(); }
  static Acc load_source(const std::byte* from) {
    return V::load_float(reinterpret_cast<const float*>(from));
  }
  static Acc load_weights(const void* weights, std::ptrdiff_t index) {
    return V::load_float(static_cast<const float*>(weights) + index);
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return V::fma(source, weights, acc); }
  static Acc join(Acc only, Acc) { return only; }
};

// P pixels of one vector of channels. PixelBytes is the constant value of src_pixel_bytes, or 0 where it is
// not known.
template <class V, class Source, int P, int PixelBytes>
[[gnu::always_inline]] inline void depthwise_block(const DepthwiseRow& row, int pixel, int vector) {
  using Acc = typename Source::Acc;
  const int channel = vector * V::kLanes;
  const std::ptrdiff_t pixel_bytes = PixelBytes > 0 ? PixelBytes : row.src_pixel_bytes;
  std::ptrdiff_t weight = static_cast<std::ptrdiff_t>(channel) * row.taps_h * row.taps_w;
  const auto* x_row = static_cast<const std::byte*>(row.src) + pixel * pixel_bytes + channel * Source::kBytes;
  Acc acc[P][1];
  const Acc start = Source::start(row.epilogue, channel);
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p) acc[p][0] = start;
  for (int ky = 0; ky < row.taps_h; ++ky, x_row += row.src_row_bytes) {
    const std::byte* x = x_row;
    for (int kx = 0; kx < row.taps_w; ++kx, x += row.src_tap_bytes, weight += V::kLanes) {
      const auto weights = Source::load_weights(row.weights, weight);
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p)
        acc[p][0] = Source::dot(acc[p][0], Source::load_source(x + p * pixel_bytes), weights);
    }
  }
  conclude_block<V, Source, P, 1>(row.epilogue, acc, channel, pixel);
}

// The last block overlaps the one before it instead of being narrower.
template <class V, class Source, int PixelBytes>
void depthwise_row_of(const DepthwiseRow& row) {
  constexpr int kPixels = V::kRegisters / 2;
  for (int vector = 0; vector < row.vectors; ++vector) {
    if (row.width_px < kPixels) {
      for (int pixel = 0; pixel < row.width_px; ++pixel)
        depthwise_block<V, Source, 1, PixelBytes>(row, pixel, vector);
      continue;
    }
    const int last = row.width_px - kPixels;
    for (int pixel = 0; pixel < row.width_px; pixel += kPixels)
      depthwise_block<V, Source, kPixels, PixelBytes>(row, pixel < last ? pixel : last, vector);
  }
}

// The pixel size of 16 channels, whose networks have the most to gain, is compiled in.
template <class V, class Source>
void depthwise_row(const DepthwiseRow& row) {
  constexpr int kBytes = 16 * Source::kBytes;
  if (row.src_pixel_bytes == kBytes) return depthwise_row_of<V, Source, kBytes>(row);
  depthwise_row_of<V, Source, 0>(row);
}

}  // namespace nawq::kernels
