// Owns: real values of a block of P pixels times B vectors of channels to codes in memory, for any vector
// type of simd/. The words of docs/numerics.md put in another order, with equal results: converted first,
// clamped by saturation while several vectors are packed into one.
#pragma once

#include <bit>

#include "kernels/epilogue.h"
#include "kernels/pixel_copy.h"

namespace nawq::kernels {

inline bool are_same_codes(const Destination& a, const Destination& b) {
  return a.format == b.format && a.inverse_scale == b.inverse_scale && a.zero_point == b.zero_point;
}

// The numbers of the block, r, are passed by each call and never kept, so that they stay in registers.
template <class V, int P, int B>
class CodeBlock {
 public:
  using Int = typename V::Int;
  using Float = typename V::Float;
  using Block = Float[P][B];
  static constexpr int kChannels = B * V::kLanes;
  // Vectors from one pixel to the next in scratch memory: what is read together was written together.
  static constexpr int kScratchRow = static_cast<int>(std::bit_ceil(static_cast<unsigned>(B)));

  // `channel` is the block's first.
  static bool touches(const Destination& to, int channel) {
    return to.first_channel < channel + kChannels && channel < to.first_channel + to.channels;
  }
  // Where a run has all of the block's channels, they go straight to its pixels.
  static bool covers(const Destination& to, int channel) {
    return to.first_channel <= channel && channel + kChannels <= to.first_channel + to.channels;
  }
  [[gnu::always_inline]] static void store(const Block& r, const Destination& to, int channel,
                                           std::ptrdiff_t pixel) {
    const auto size = static_cast<std::ptrdiff_t>(bytes_of(to.format));
    std::byte* at =
        static_cast<std::byte*>(to.row) + pixel * to.pixel_bytes + (channel - to.first_channel) * size;
    if (to.pixel_bytes == kChannels * size)
      encode<Place::kOnePiece>(r, to, at);
    else
      encode<Place::kPixels>(r, to, at);
  }

  // Else codes are made once for all runs of a tensor, and copied from there to each.
  struct Scratch {
    static constexpr int kSlack = 64;  // what copy_pixels() may read behind the last code
    alignas(64) std::byte bytes[P * kScratchRow * V::kLanes * 2 + kSlack];
  };
  [[gnu::always_inline]] static void encode(const Block& r, const Destination& to, Scratch& scratch) {
    encode<Place::kScratch>(r, to, scratch.bytes);
  }
  // To `first` and what follows of the same codes in part of the block; returns the first that is not.
  __attribute__((noinline)) static const Destination* copy(const Scratch& scratch, const Destination* first,
                                                           const Destination* end, int channel,
                                                           std::ptrdiff_t pixel) {
    const Destination* to = first;
    do copy_run(scratch, *to, channel, pixel);
    while (++to != end && are_same_codes(*to, *first) && touches(*to, channel) && !covers(*to, channel));
    return to;
  }

 private:
  enum class Place { kOnePiece, kPixels, kScratch };
  template <Place place>
  static constexpr int kRow = place == Place::kScratch ? kScratchRow : B;

  static void copy_run(const Scratch& scratch, const Destination& to, int channel, std::ptrdiff_t pixel) {
    const int first = to.first_channel - channel, end = first + to.channels;
    const int from = first > 0 ? first : 0, until = end < kChannels ? end : kChannels;
    const int size = static_cast<int>(bytes_of(to.format));
    const PixelCopy run{
        .to = static_cast<std::byte*>(to.row) + pixel * to.pixel_bytes + (from - first) * size,
        .to_step = to.pixel_bytes,
        .from = scratch.bytes + from * size,
        .bytes = (until - from) * size};
    constexpr int kRowCodes = kRow<Place::kScratch> * V::kLanes;
    size == 1 ? copy_pixels<V, P, kRowCodes>(run) : copy_pixels<V, P, 2 * kRowCodes>(run);
  }

  template <Place place>
  [[gnu::always_inline]] static void encode(const Block& r, const Destination& to, std::byte* at) {
    const Float inverse_scale = V::set(to.inverse_scale);
    // Of vector i of P rows; the last one again where there is none.
    const auto code = [&](int i) {
      const int p = i / kRow<place>, b = i % kRow<place>;
      return V::to_int_from_below(V::mul(r[p < P ? p : P - 1][b < B ? b : B - 1], inverse_scale));
    };
    constexpr int kVectors = P * kRow<place>;
    if (to.format == Format::kCode8) {
#pragma GCC unroll 32
      for (int i = 0; i < kVectors; i += 4) {
        const Int pack = V::pack_bytes(code(i), code(i + 1), code(i + 2), code(i + 3), to.zero_point);
        put<place, 4>(pack, i, to.pixel_bytes, at);
      }
    } else {
      const Int zero_point = V::set_int(to.zero_point);
      const Int flip = V::set_int(to.format == Format::kCode16 ? static_cast<std::int32_t>(0x80008000u) : 0);
#pragma GCC unroll 32
      for (int i = 0; i < kVectors; i += 2) {
        const Int pack = V::pack_words(V::add(code(i), zero_point), V::add(code(i + 1), zero_point), flip);
        put<place, 2>(pack, i, to.pixel_bytes, at);
      }
    }
  }

  // The vectors from `first`, kTogether in a pack: with one store where they lie side by side and all are
  // meant.
  template <Place place, int kTogether>
  [[gnu::always_inline]] static void put(Int pack, int first, std::ptrdiff_t pixel_bytes, std::byte* at) {
    constexpr int kPartBytes = 4 * V::kLanes / kTogether;
    const auto address = [&](int i) {
      return place == Place::kPixels ? at + i / B * pixel_bytes + i % B * kPartBytes : at + i * kPartBytes;
    };
    constexpr bool is_side_by_side = place != Place::kPixels || B % kTogether == 0;
    if (place == Place::kScratch || (is_side_by_side && first + kTogether <= P * B))
      return V::store_int(address(first), pack);
#pragma GCC unroll 4
    for (int part = 0; part < kTogether; ++part)
      if (first + part < P * B) V::template store_part<kPartBytes>(address(first + part), pack, part);
  }
};

}  // namespace nawq::kernels
