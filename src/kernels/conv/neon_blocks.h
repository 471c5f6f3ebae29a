// Owns: blocks of convolution for NEON, where a register holds several steps of one pixel's channels: by
// products with one of its lanes, or of tiles of two pixels by two outputs. Included only where the
// instructions are switched on.
#pragma once

#include "kernels/conv/conv_rows.h"
#include "kernels/simd/neon.h"

namespace nawq::kernels {
namespace {

using neon::Vector;

inline constexpr std::ptrdiff_t kVectorStep = 16;  // bytes of weights of one step

// What the sums of B vectors begin as: the correction, and what sources lose that only know signed bytes.
// Once for a whole row.
template <class Source, int B>
struct Starts {
  static constexpr int kParts = Source::kParts;
  typename Source::Acc part[B * kParts];

  Starts(const ConvRow& row, int vector, const std::byte* weights, std::ptrdiff_t vector_bytes) {
    for (int i = 0; i < B * kParts; ++i)
      part[i] = Source::start(row.epilogue, (vector + i / kParts) * Vector::kLanes, i % kParts);
    if constexpr (Source::kTakenAway > 0) add_taken_away(weights, vector_bytes);
  }

 private:
  void add_taken_away(const std::byte* weights, std::ptrdiff_t vector_bytes) {
    int32x4_t sums[B] = {};
    for (const std::byte* end = weights + vector_bytes; weights != end; weights += kVectorStep)
      for (int b = 0; b < B; ++b)
        sums[b] = vdotq_s32(sums[b], neon::load_weights8(weights + b * vector_bytes), vdupq_n_s8(1));
    for (int b = 0; b < B; ++b) part[b * kParts] = vmlaq_n_s32(part[b * kParts], sums[b], Source::kTakenAway);
  }
};

// Products of 4 outputs' weights with a lane of a pixel's group.
template <class Source>
struct LaneUnit {
  using Acc = typename Source::Acc;
  static constexpr int kParts = Source::kParts;

  // The groups of P pixels and a vector of weights stay in registers beside the sums.
  static constexpr int pixels_beside(int vectors) {
    const int pixels = (Vector::kRegisters - 2) / (vectors * kParts + kParts);
    return pixels < 16 ? pixels : 16;
  }

  template <int P, int B>
  [[gnu::always_inline]] static void turn(Acc (&)[P][B * kParts]) {}

  template <int P, int B>
  [[gnu::always_inline]] static void add_steps(Acc (&acc)[P][B * kParts], const std::byte* x,
                                               std::ptrdiff_t pixel_bytes, const std::byte* w,
                                               std::ptrdiff_t vector_bytes, int steps) {
    typename Source::Group group[P];
    for (; steps >= Source::kGroupSteps; steps -= Source::kGroupSteps) {
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) group[p] = Source::load_group(x + p * pixel_bytes);
      add_lane<0, P, B>(acc, group, w, vector_bytes);
      add_lane<1, P, B>(acc, group, w + kVectorStep, vector_bytes);
      add_lane<2, P, B>(acc, group, w + 2 * kVectorStep, vector_bytes);
      add_lane<3, P, B>(acc, group, w + 3 * kVectorStep, vector_bytes);
      x += Source::kGroupSteps * Source::kStepBytes;
      w += Source::kGroupSteps * kVectorStep;
    }
    for (; steps > 0; --steps, x += Source::kStepBytes, w += kVectorStep) {
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) group[p] = Source::load_step(x + p * pixel_bytes);
      add_lane<0, P, B>(acc, group, w, vector_bytes);
    }
  }

 private:
  template <int lane, int P, int B>
  [[gnu::always_inline]] static void add_lane(Acc (&acc)[P][B * kParts],
                                              const typename Source::Group (&group)[P], const std::byte* w,
                                              std::ptrdiff_t vector_bytes) {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      const auto weights = Source::load_weights(w + b * vector_bytes, 0);
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
        for (int i = 0; i < kParts; ++i) {
          Acc& sum = acc[p][b * kParts + i];
          sum = Source::template dot_lane<lane>(sum, weights, group[p], i);
        }
    }
  }
};

// Products of tiles of two pixels by two outputs. Of pixels 2 k and 2 k + 1, sums 2 k hold outputs 0 and 1 of
// a vector, sums 2 k + 1 outputs 2 and 3.
template <class Source>
struct TileUnit {
  using Acc = typename Source::Acc;
  static constexpr int kParts = Source::kParts;

  // The tiles of B vectors of weights and one pair of pixels stay in registers beside the sums.
  static constexpr int pixels_beside(int vectors) {
    const int weight_tiles = vectors * (Source::kTileSteps / 2) * 2;
    const int pairs = (Vector::kRegisters - weight_tiles - 3) / (2 * vectors * kParts);
    return 2 * (pairs < 8 ? pairs : 8);
  }

  // From sums by pixel to sums by tile, and back.
  template <int P, int B>
  [[gnu::always_inline]] static void turn(Acc (&acc)[P][B * kParts]) {
#pragma GCC unroll 32
    for (int p = 0; p < P; p += 2)
#pragma GCC unroll 32
      for (int i = 0; i < B * kParts; ++i) {
        const auto a = vreinterpretq_s64_s32(acc[p][i]), b = vreinterpretq_s64_s32(acc[p + 1][i]);
        acc[p][i] = vreinterpretq_s32_s64(vzip1q_s64(a, b));
        acc[p + 1][i] = vreinterpretq_s32_s64(vzip2q_s64(a, b));
      }
  }

  template <int P, int B>
  [[gnu::always_inline]] static void add_steps(Acc (&acc)[P][B * kParts], const std::byte* x,
                                               std::ptrdiff_t pixel_bytes, const std::byte* w,
                                               std::ptrdiff_t vector_bytes, int steps) {
    for (; steps >= Source::kTileSteps; steps -= Source::kTileSteps) {
      add_tiles<Source::kTileSteps, P, B>(acc, x, pixel_bytes, w, vector_bytes);
      x += Source::kTileSteps * Source::kStepBytes;
      w += Source::kTileSteps * kVectorStep;
    }
    if (Source::kTileSteps > 2 && steps >= 2) {
      add_tiles<2, P, B>(acc, x, pixel_bytes, w, vector_bytes);
      x += 2 * Source::kStepBytes;
      w += 2 * kVectorStep;
      steps -= 2;
    }
    if (steps > 0) add_tiles<1, P, B>(acc, x, pixel_bytes, w, vector_bytes);
  }

 private:
  // Of two steps, the second of which may be missing: outputs 0 and 1, then 2 and 3.
  template <bool both>
  [[gnu::always_inline]] static void load_tiles(const std::byte* w, int8x16_t (&tiles)[2]) {
    const auto a = vreinterpretq_s32_s8(neon::load_weights8(w));
    const auto b = both ? vreinterpretq_s32_s8(neon::load_weights8(w + kVectorStep)) : vdupq_n_s32(0);
    tiles[0] = vreinterpretq_s8_s32(vzip1q_s32(a, b));
    tiles[1] = vreinterpretq_s8_s32(vzip2q_s32(a, b));
  }

  template <int steps, int P, int B>
  [[gnu::always_inline]] static void add_tiles(Acc (&acc)[P][B * kParts], const std::byte* x,
                                               std::ptrdiff_t pixel_bytes, const std::byte* w,
                                               std::ptrdiff_t vector_bytes) {
    constexpr int kTiles = steps > 2 ? 2 : 1;
    int8x16_t weights[B][kTiles][2];
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b)
#pragma GCC unroll 2
      for (int t = 0; t < kTiles; ++t)
        load_tiles<(steps > 1)>(w + b * vector_bytes + 2 * t * kVectorStep, weights[b][t]);
#pragma GCC unroll 32
    for (int p = 0; p < P; p += 2) {
      const auto pixels = Source::template load_tiles<steps>(x + p * pixel_bytes, x + (p + 1) * pixel_bytes);
#pragma GCC unroll 32
      for (int i = 0; i < kTiles * B * kParts; ++i) {
        const int t = i / (B * kParts), at = i % (B * kParts), part = at % kParts;
        const auto& tiles = weights[at / kParts][t];
        acc[p][at] = Source::dot_tiles(acc[p][at], pixels.tile[part][t], tiles[0], part);
        acc[p + 1][at] = Source::dot_tiles(acc[p + 1][at], pixels.tile[part][t], tiles[1], part);
      }
    }
  }
};

template <class Source, class Unit, int P, int B, int PixelBytes>
[[gnu::always_inline]] inline void add_block(const ConvRow& row, int pixel, int vector, const std::byte* w,
                                             std::ptrdiff_t vector_bytes, const Starts<Source, B>& starts) {
  constexpr int kParts = Source::kParts;
  const std::ptrdiff_t pixel_bytes = PixelBytes > 0 ? PixelBytes : row.src_pixel_bytes;
  const int steps = row.channels / Source::kStepChannels;
  typename Source::Acc acc[P][B * kParts];
#pragma GCC unroll 32
  for (int p = 0; p < P; ++p)
#pragma GCC unroll 32
    for (int i = 0; i < B * kParts; ++i) acc[p][i] = starts.part[i];
  Unit::template turn<P, B>(acc);
  const auto* x_row = static_cast<const std::byte*>(row.src) + pixel * pixel_bytes;
  for (int ky = 0; ky < row.taps_h; ++ky, x_row += row.src_row_bytes) {
    const std::byte* x = x_row;
    for (int kx = 0; kx < row.taps_w; ++kx, x += row.src_tap_bytes, w += kVectorStep * steps)
      Unit::template add_steps<P, B>(acc, x, pixel_bytes, w, vector_bytes, steps);
  }
  Unit::template turn<P, B>(acc);
  conclude_block<Vector, Source, P, B>(row.epilogue, acc, vector * Vector::kLanes, pixel);
}

// B vectors along the whole row. The last block overlaps the one before it instead of being narrower.
template <class Source, class Unit, int P, int B, int PixelBytes>
__attribute__((noinline)) void add_blocks(const ConvRow& row, int vector) {
  const std::ptrdiff_t vector_bytes =
      kVectorStep * (row.channels / Source::kStepChannels) * row.taps_w * row.taps_h;
  const auto* w = static_cast<const std::byte*>(row.weights) + vector * vector_bytes;
  const Starts<Source, B> starts(row, vector, w, vector_bytes);
  if (row.width_px < P) {
    for (int pixel = 0; pixel < row.width_px; ++pixel)
      add_block<Source, LaneUnit<Source>, 1, B, PixelBytes>(row, pixel, vector, w, vector_bytes, starts);
    return;
  }
  const int last = row.width_px - P;
  for (int pixel = 0; pixel < row.width_px; pixel += P)
    add_block<Source, Unit, P, B, PixelBytes>(row, pixel < last ? pixel : last, vector, w, vector_bytes,
                                              starts);
}

template <class Source, template <class> class Unit>
struct NeonBlocks {
  static constexpr int kMostVectors = Source::kMostVectors;
  static constexpr int kChannelBytes = Source::kStepBytes / Source::kStepChannels;
  template <int B, int PixelBytes>
  static void run(const ConvRow& row, int vector) {
    add_blocks<Source, Unit<Source>, Unit<Source>::pixels_beside(B), B, PixelBytes>(row, vector);
  }
};

}  // namespace
}  // namespace nawq::kernels
