// Owns: depthwise convolution of one row, written once over the vector types of simd/.
//
// A lane is a channel. Codes are widened to 32 bits and multiplied as pairs of 16-bit numbers whose upper one
// is zero in the weights: one instruction that multiplies and adds, exact for both code formats.
#pragma once

#include "kernels/depthwise/depthwise.h"
#include "kernels/epilogue_run.h"

namespace nawq::kernels {

template <class V>
struct ChannelsOfCode8 {
  using Acc = typename V::Int;
  static Acc start(const Epilogue& epilogue, int channel) {
    return V::load_int(epilogue.correction + channel);
  }
  static Acc load_source(const std::byte* from, int channel) {
    return V::load_code8(reinterpret_cast<const std::uint8_t*>(from) + channel, V::first(V::kLanes));
  }
  static Acc load_weights(const void* weights, std::ptrdiff_t index) {
    return V::load_low_weights(static_cast<const std::int8_t*>(weights) + index);
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return V::dot_pairs(acc, source, weights); }
};

template <class V>
struct ChannelsOfCode16 : ChannelsOfCode8<V> {
  static typename V::Int load_source(const std::byte* from, int channel) {
    return V::load_code16(reinterpret_cast<const std::int16_t*>(from) + channel, V::first(V::kLanes));
  }
};

template <class V>
struct ChannelsOfFloat {
  using Acc = typename V::Float;
  static Acc start(const Epilogue&, int) { return V::zero_float(); }
  static Acc load_source(const std::byte* from, int channel) {
    return V::load_float(reinterpret_cast<const float*>(from) + channel);
  }
  static Acc load_weights(const void* weights, std::ptrdiff_t index) {
    return V::load_float(static_cast<const float*>(weights) + index);
  }
  static Acc dot(Acc acc, Acc source, Acc weights) { return V::fma(source, weights, acc); }
};

// P pixels of one vector of channels.
template <class V, class Source, int P>
void depthwise_block(const DepthwiseRow& row, int pixel, int vector) {
  using Acc = typename Source::Acc;
  const int channel = vector * V::kLanes;
  const std::ptrdiff_t first_weight = static_cast<std::ptrdiff_t>(channel) * row.taps_h * row.taps_w;
  const auto* x_block = static_cast<const std::byte*>(row.src) + pixel * row.src_pixel_bytes;
  Acc acc[P][1];
  for (int p = 0; p < P; ++p) acc[p][0] = Source::start(row.epilogue, channel);
  for (int ky = 0; ky < row.taps_h; ++ky)
    for (int kx = 0; kx < row.taps_w; ++kx) {
      const std::byte* x = x_block + ky * row.src_row_bytes + kx * row.src_tap_bytes;
      const Acc weights =
          Source::load_weights(row.weights, first_weight + (ky * row.taps_w + kx) * V::kLanes);
      for (int p = 0; p < P; ++p)
        acc[p][0] =
            Source::dot(acc[p][0], Source::load_source(x + p * row.src_pixel_bytes, channel), weights);
    }
  typename V::Float r[P][1];
  const EpilogueRun<V, P, 1> epilogue(row.epilogue, channel, pixel);
  epilogue.real(acc, r);
  epilogue.finish(r);
}

// The last block overlaps the one before it instead of being narrower.
template <class V, class Source>
void depthwise_row(const DepthwiseRow& row) {
  constexpr int kPixels = 8;  // enough sums under way to hide the latency of the multiplication
  for (int vector = 0; vector < row.vectors; ++vector) {
    if (row.width_px < kPixels) {
      for (int pixel = 0; pixel < row.width_px; ++pixel) depthwise_block<V, Source, 1>(row, pixel, vector);
      continue;
    }
    const int last = row.width_px - kPixels;
    for (int pixel = 0; pixel < row.width_px; pixel += kPixels)
      depthwise_block<V, Source, kPixels>(row, pixel < last ? pixel : last, vector);
  }
}

}  // namespace nawq::kernels
