// Owns: the contract of depthwise convolution (one filter a channel) over one row of output pixels.
//
// Activations are NHWC; the caller provides the padding around the picture. Weights are packed once for both
// code formats:
//   packed[v][tap][lane] = weight of channel (v, lane), tap = ky * taps_w + kx
// v counts vectors of channels; lanes without a channel have weight 0. Sources are read in whole vectors:
// behind the last channel of the last pixel, up to a vector less one of numbers must be readable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/epilogue.h"

namespace nawq::kernels {

struct DepthwiseRow {
  const void* src = nullptr;           // first tap of the first output pixel
  std::ptrdiff_t src_row_bytes = 0;    // from one kernel row to the next
  std::ptrdiff_t src_tap_bytes = 0;    // from one kernel column to the next
  std::ptrdiff_t src_pixel_bytes = 0;  // from one output pixel to the next
  int taps_h = 1, taps_w = 1;
  const void* weights = nullptr;  // int8 for codes, float for floats
  int vectors = 1;                // of channels
  int width_px = 1;               // output pixels
  Epilogue epilogue{};
};

using DepthwiseRowFunction = void (*)(const DepthwiseRow& row);

struct DepthwiseKernel {
  const char* name;  // depthwise_<src>_<weights>_<isa>
  Isa isa;
  Format src;
  int lanes;
  DepthwiseRowFunction run;
};

// Best for each source format first, scalar last.
std::span<const DepthwiseKernel> depthwise_kernels();

}  // namespace nawq::kernels
