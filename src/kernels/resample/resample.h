// Owns: the contract of one row of output pixels that are weighted sums of source pixels, the same for every
// channel: linear and cubic interpolation, average pooling. Weights are separable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/epilogue.h"

namespace nawq::kernels {

// r = 0, then for each row and, in it, each tap: r = fma(real, row_weight * tap_weight, r), where
// real = float(code - zero_point) * scale, or the float itself; the product of weights is rounded first.
struct ResampleRow {
  const void* const* rows = nullptr;  // `row_count` source rows, each at its first pixel
  const float* row_weights = nullptr;
  int row_count = 1;
  // Taps of output pixel x: [x * taps_w, (x + 1) * taps_w); bytes from a row's start, and their weights.
  const std::int32_t* tap_bytes = nullptr;
  const float* tap_weights = nullptr;
  int taps_w = 1;
  float scale = 1;
  std::int32_t zero_point = 0;
  int vectors = 1;      // of channels; sources are read in whole vectors
  int width_px = 1;     // output pixels
  Epilogue epilogue{};  // correction, multiplier and bias are not read
};

using ResampleRowFunction = void (*)(const ResampleRow& row);

struct ResampleKernel {
  const char* name;  // resample_<src>_<isa>
  Isa isa;
  Format src;
  int lanes;
  ResampleRowFunction run;
};

// Best for each source format first, scalar last.
std::span<const ResampleKernel> resample_kernels();

}  // namespace nawq::kernels
