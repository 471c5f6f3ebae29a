// Owns: the contract of max pooling over one row of output pixels. Taps outside the picture are not looked
// at: the caller gives the source rows that are inside and, for each output pixel, the pixels that are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/epilogue.h"

namespace nawq::kernels {

struct MaxPoolRow {
  const void* const* rows = nullptr;  // `row_count` source rows, each at its first pixel; at least 1
  int row_count = 1;
  // For each output pixel: bytes from a row's start to its first tap, and how many taps (at least 1) follow,
  // src_tap_bytes apart.
  const std::int32_t* first_tap_bytes = nullptr;
  const std::int32_t* tap_counts = nullptr;
  std::ptrdiff_t src_tap_bytes = 0;
  // Of the source: real = (code - zero_point) * scale. The largest code becomes r by one rounding.
  float scale = 1;
  std::int32_t zero_point = 0;
  int vectors = 1;      // of channels; sources are read in whole vectors
  int width_px = 1;     // output pixels
  Epilogue epilogue{};  // correction, multiplier and bias are not read
};

using MaxPoolRowFunction = void (*)(const MaxPoolRow& row);

struct MaxPoolKernel {
  const char* name;  // max_pool_<src>_<isa>
  Isa isa;
  Format src;
  int lanes;
  MaxPoolRowFunction run;
};

// Best for each source format first, scalar last.
std::span<const MaxPoolKernel> max_pool_kernels();

}  // namespace nawq::kernels
