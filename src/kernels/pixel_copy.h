// Owns: copying a few bytes of each of P pixels, whose steps differ, with as few moves as their number
// allows.
#pragma once

#include <cstddef>

namespace nawq::kernels {

// From rows of codes that are kFromStep apart to where they belong.
struct PixelCopy {
  std::byte* to = nullptr;
  std::ptrdiff_t to_step = 0;
  const std::byte* from = nullptr;
  int bytes = 1;
};

// kMove <= bytes < 2 * kMove: two moves overlap in the middle. 2 * kMove bytes must be readable.
// V keeps the copies of different instruction sets apart.
template <class V, int P, int kFromStep, int kMove>
void copy_pixels_by(const PixelCopy& c) {
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

// Up to 128 bytes.
template <class V, int P, int kFromStep>
void copy_pixels(const PixelCopy& c) {
  if (c.bytes >= 64) return copy_pixels_by<V, P, kFromStep, 64>(c);
  if (c.bytes >= 32) return copy_pixels_by<V, P, kFromStep, 32>(c);
  if (c.bytes >= 16) return copy_pixels_by<V, P, kFromStep, 16>(c);
  if (c.bytes >= 8) return copy_pixels_by<V, P, kFromStep, 8>(c);
  if (c.bytes >= 4) return copy_pixels_by<V, P, kFromStep, 4>(c);
  if (c.bytes >= 2) return copy_pixels_by<V, P, kFromStep, 2>(c);
  return copy_pixels_by<V, P, kFromStep, 1>(c);
}

}  // namespace nawq::kernels
