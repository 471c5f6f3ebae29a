// Owns: the contract of summing one row of pixels, channel by channel. Sums of codes are exact integers, so
// that their order does not matter; sums of floats are in double, pixels in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/enums.h"

namespace nawq::kernels {

// Adds to the sums what the row holds. Exactly one pair is given: integers for codes (of the code itself, not
// of its form in memory), doubles for floats. A sum of squares overflows only beyond 2^31 pixels of 16 bits.
struct StatisticsRow {
  const void* src = nullptr;
  std::ptrdiff_t src_pixel_bytes = 0;
  int channels = 1;  // exactly as many are read of each pixel, and as many sums are added to
  int width_px = 1;
  std::uint64_t* sums = nullptr;
  std::uint64_t* squares = nullptr;
  double* float_sums = nullptr;
  double* float_squares = nullptr;
};

using StatisticsRowFunction = void (*)(const StatisticsRow& row);

struct StatisticsKernel {
  const char* name;  // statistics_<src>_<isa>
  Isa isa;
  Format src;
  StatisticsRowFunction run;
};

// Best for each source format first, scalar last.
std::span<const StatisticsKernel> statistics_kernels();

}  // namespace nawq::kernels
