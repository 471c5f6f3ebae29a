// Owns: dense convolution of one row, written once over the vector types of simd/. Each instruction set
// instantiates it.
//
// A block of P pixels times B vectors of output channels stays in registers while the taps and input channels
// go by: for every 4 input channels (1 for floats), B vectors of weights are loaded, and the input of each
// pixel is broadcast.
#pragma once

#include "kernels/conclude_block.h"
#include "kernels/conv/conv.h"

namespace nawq::kernels {

// Outputs [pixel, pixel + P) of vectors [vector, vector + B). PixelBytes is the constant value of
// src_pixel_bytes, or 0 where it is not known: constants turn the P addresses into displacements.
template <class V, class Source, int P, int B, int PixelBytes>
inline __attribute__((always_inline)) void conv_block(const ConvRow& row, int pixel, int vector) {
  using Acc = typename Source::Acc;
  constexpr int kParts = Source::kParts;
  constexpr std::ptrdiff_t kVectorStep = V::kLanes * 4;  // 4 weight codes or one float a lane
  const std::ptrdiff_t pixel_bytes = PixelBytes > 0 ? PixelBytes : row.src_pixel_bytes;
  const int steps = row.channels / Source::kStepChannels;
  const std::ptrdiff_t vector_bytes = kVectorStep * steps * row.taps_w * row.taps_h;

  Acc acc[P][B * kParts];
#pragma GCC unroll 32
  for (int i = 0; i < B * kParts; ++i) {
    const Acc start = Source::start(row.epilogue, (vector + i / kParts) * V::kLanes, i % kParts);
#pragma GCC unroll 32
    for (int p = 0; p < P; ++p) acc[p][i] = start;
  }

  const auto* w = static_cast<const std::byte*>(row.weights) + vector * vector_bytes;
  const auto* x_row = static_cast<const std::byte*>(row.src) + pixel * pixel_bytes;
  // One tap reads every line once, in an order that the machine does not foresee: the next block's lines now.
  if (row.taps_h * row.taps_w == 1)
    for (std::ptrdiff_t line = 0; line < P * pixel_bytes; line += 64)
      __builtin_prefetch(x_row + P * pixel_bytes + line);
  // One tap reads every line once, in an order that the machine does not foresee: the next block's lines now.
  if (row.taps_h * row.taps_w == 1)
    for (std::ptrdiff_t line = 0; line < P * pixel_bytes; line += 64)
      __builtin_prefetch(x_row + P * pixel_bytes + line);
  for (int ky = 0; ky < row.taps_h; ++ky, x_row += row.src_row_bytes) {
    const std::byte* x_tap = x_row;
    for (int kx = 0; kx < row.taps_w; ++kx, x_tap += row.src_tap_bytes) {
      const std::byte* x = x_tap;
      for (int step = 0; step < steps; ++step, x += Source::kStepBytes, w += kVectorStep) {
        Acc weights[B * kParts];
#pragma GCC unroll 32
        for (int i = 0; i < B * kParts; ++i)
          weights[i] = Source::load_weights(w + i / kParts * vector_bytes, i % kParts);
#pragma GCC unroll 32
        for (int p = 0; p < P; ++p) {
          const Acc source = Source::load_source(x + p * pixel_bytes);
#pragma GCC unroll 32
          for (int i = 0; i < B * kParts; ++i) acc[p][i] = Source::dot(acc[p][i], source, weights[i]);
        }
      }
    }
  }
  conclude_block<V, Source, P, B>(row.epilogue, acc, vector * V::kLanes, pixel);
}

// B vectors along the whole row. The last block overlaps the one before it instead of being narrower: outputs
// are not read, so computing one twice is harmless.
template <class V, class Source, int P, int B, int PixelBytes>
__attribute__((noinline)) void conv_vectors(const ConvRow& row, int vector) {
  if (row.width_px < P) {
    for (int pixel = 0; pixel < row.width_px; ++pixel)
      conv_block<V, Source, 1, B, PixelBytes>(row, pixel, vector);
    return;
  }
  for (int pixel = 0; pixel < row.width_px; pixel += P) {
    const int last = row.width_px - P;
    conv_block<V, Source, P, B, PixelBytes>(row, pixel < last ? pixel : last, vector);
  }
}

// Pixels in a block of B vectors: what the register file holds beside the weights and one input.
template <class V, class Source, int B>
constexpr int block_pixels() {
  constexpr int kMost = 16;  // more broadcasts than this do not pay for the weights they save
  const int pixels = (V::kRegisters - B * Source::kParts - 2) / (B * Source::kParts);
  return pixels < 1 ? 1 : pixels < kMost ? pixels : kMost;
}

// The blocks above; instruction sets that multiply otherwise have their own.
template <class V, class Source>
struct BroadcastBlocks {
  static constexpr int kMostVectors = Source::kMostVectors;
  static constexpr int kChannelBytes = Source::kStepBytes / Source::kStepChannels;
  template <int B, int PixelBytes>
  static void run(const ConvRow& row, int vector) {
    conv_vectors<V, Source, block_pixels<V, Source, B>(), B, PixelBytes>(row, vector);
  }
};

// As many vectors at a time as share the broadcasts best, then the rest.
template <class Blocks, int PixelBytes, int B = Blocks::kMostVectors>
void conv_row_from(const ConvRow& row, int vector) {
  for (; row.vectors - vector >= B; vector += B) Blocks::template run<B, PixelBytes>(row, vector);
  if constexpr (B > 1) conv_row_from<Blocks, PixelBytes, B - 1>(row, vector);
}

template <class Blocks, int PixelBytes>
void conv_row_of(const ConvRow& row) {
  conv_row_from<Blocks, PixelBytes>(row, 0);
}

// Pixel sizes of common channel counts are compiled in.
template <class Blocks>
void conv_row_by(const ConvRow& row) {
  constexpr int kBytes = Blocks::kChannelBytes;
  switch (row.src_pixel_bytes) {
    case 4 * kBytes:
      return conv_row_of<Blocks, 4 * kBytes>(row);
    case 16 * kBytes:
      return conv_row_of<Blocks, 16 * kBytes>(row);
    case 32 * kBytes:
      return conv_row_of<Blocks, 32 * kBytes>(row);
    case 48 * kBytes:
      return conv_row_of<Blocks, 48 * kBytes>(row);
    case 64 * kBytes:
      return conv_row_of<Blocks, 64 * kBytes>(row);
    default:
      return conv_row_of<Blocks, 0>(row);
  }
}

template <class V, class Source>
void conv_row(const ConvRow& row) {
  conv_row_by<BroadcastBlocks<V, Source>>(row);
}

}  // namespace nawq::kernels
