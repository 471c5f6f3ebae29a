// Owns: real values of a block of P pixels times B vectors of channels to codes in memory, for any vector
// type of simd/. The words of docs/numerics.md put in another order, with equal results: converted first,
// clamped by saturation while several vectors are packed into one.
#pragma once

#include "kernels/epilogue.h"

namespace nawq::kernels {

// `bytes` of each of P pixels, copied from rows of codes to where they belong.
struct PixelCopy {
  std::byte* to = nullptr;
  std::ptrdiff_t to_step = 0;
  const std::byte* from = nullptr;
  int bytes = 1;
};

// kMove <= bytes < 2 * kMove: two moves overlap in the middle. 2 * kMove bytes must be readable.
template <class V, int P, int kFromStep, int kMove>
void copy_by(const PixelCopy& c) {
  const int last = c.bytes - kMove;
  const auto move_twice = [&](int p) {
    __builtin_memcpy(c.to + p * c.to_step, c.from + p * kFromStep, kMove);
    __builtin_memcpy(c.to + p * c.to_step + last, c.from + p * kFromStep + last, kMove);
  };
  if (c.to_step != c.bytes) {
#pragma GCC unroll 4
    for (int p = 0; p < P; ++p) move_twice(p);
    return;
  }
  // The next pixel's bytes follow at once and hide what one larger move brings too many.
  std::byte* to = c.to;
#pragma GCC unroll 32
  for (int p = 0; p < P - 1; ++p, to += c.to_step) __builtin_memcpy(to, c.from + p * kFromStep, 2 * kMove);
  move_twice(P - 1);
}

// Up to 128 bytes, kFromStep apart.
template <class V, int P, int kFromStep>
__attribute__((noinline)) void copy_pixels(const PixelCopy& c) {
  if (c.bytes >= 64) return copy_by<V, P, kFromStep, 64>(c);
  if (c.bytes >= 32) return copy_by<V, P, kFromStep, 32>(c);
  if (c.bytes >= 16) return copy_by<V, P, kFromStep, 16>(c);
  if (c.bytes >= 8) return copy_by<V, P, kFromStep, 8>(c);
  if (c.bytes >= 4) return copy_by<V, P, kFromStep, 4>(c);
  if (c.bytes >= 2) return copy_by<V, P, kFromStep, 2>(c);
  return copy_by<V, P, kFromStep, 1>(c);
}

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

  // Where a run is more than this block's channels, they go straight to its pixels.
  static bool covers(const Destination& to, int channel) {
    return to.first_channel <= channel && to.first_channel + to.channels >= channel + B * V::kLanes;
  }
  [[gnu::always_inline]] static void store(const Block& r, const Destination& to, int channel,
                                           std::byte* at) {
    const auto size = static_cast<std::ptrdiff_t>(bytes_of(to.format));
    at += (channel - to.first_channel) * size;
    if (to.pixel_bytes == B * V::kLanes * size)
      encode<Place::kOnePiece>(r, to, at);
    else
      encode<Place::kPixels>(r, to, at);
  }

  // Else codes are made once for all the runs of a tensor, and copied from there to each.
  struct Scratch {
    alignas(64) std::byte bytes[P * (B == 3 ? 4 : B) * V::kLanes * 2 + 64];
  };
  [[gnu::always_inline]] static void encode(const Block& r, const Destination& to, Scratch& scratch) {
    encode<Place::kScratch>(r, to, scratch.bytes);
  }
  static void copy(const Scratch& scratch, const Destination& to, int channel, std::byte* at) {
    const int first = to.first_channel - channel, end = first + to.channels;
    const int from = first > 0 ? first : 0, until = end < B * V::kLanes ? end : B * V::kLanes;
    if (from >= until) return;
    const int size = static_cast<int>(bytes_of(to.format));
    const PixelCopy run{.to = at + (from - first) * size,
                        .to_step = to.pixel_bytes,
                        .from = scratch.bytes + from * size,
                        .bytes = (until - from) * size};
    constexpr int kChannels = kRow<Place::kScratch> * V::kLanes;
    size == 1 ? copy_pixels<V, P, kChannels>(run) : copy_pixels<V, P, 2 * kChannels>(run);
  }

 private:
  enum class Place { kOnePiece, kPixels, kScratch };
  // Vectors from one pixel to the next. In scratch memory what is read together was written together.
  template <Place place>
  static constexpr int kRow = place == Place::kScratch && B == 3 ? 4 : B;

  template <Place place>
  [[gnu::always_inline]] static void encode(const Block& r, const Destination& to, std::byte* at) {
    const Float inverse_scale = V::set(to.inverse_scale);
    // Of vector i of P rows; the last one again where there is none.
    const auto code = [&](int i) {
      const int p = i / kRow<place> < P ? i / kRow<place> : P - 1,
                b = i % kRow<place> < B ? i % kRow<place> : B - 1;
      return V::to_int_from_below(V::mul(r[p][b], inverse_scale));
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

  // The vectors from `first` of which `kTogether` are in a pack.
  template <Place place, int kTogether>
  [[gnu::always_inline]] static void put(Int pack, int first, std::ptrdiff_t pixel_bytes, std::byte* at) {
    constexpr int kPartBytes = 4 * V::kLanes / kTogether;
    constexpr bool is_whole = place == Place::kPixels ? B % kTogether == 0 : true;
    if (place == Place::kScratch || (is_whole && first + kTogether <= P * B)) {
      const std::ptrdiff_t offset =
          place == Place::kPixels ? first / B * pixel_bytes + first % B * kPartBytes : first * kPartBytes;
      V::store_int(at + offset, pack);
      return;
    }
#pragma GCC unroll 4
    for (int part = 0; part < kTogether; ++part) {
      const int i = first + part;
      if (i < P * B)
        V::template store_part<kPartBytes>(
            at + (place == Place::kPixels ? i / B * pixel_bytes + i % B * kPartBytes : i * kPartBytes), pack,
            part);
    }
  }
};

}  // namespace nawq::kernels
