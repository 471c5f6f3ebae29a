// Owns: the contract of dense convolution over one row of output pixels, for every instruction set.
//
// Activations are NHWC, channels padded to a multiple of 4 with numbers whose weights are 0; the caller
// provides the padding around the picture, so a kernel reads every tap. Weights are packed once, in 8 bits
// for both code formats:
//   packed[v][ky][kx][q][lane][i] = weight of output channel (v, lane), tap (ky, kx), input channel 4 q + i
// v counts vectors of output channels; a vector has lanes_of(isa) lanes. Float weights:
// packed[v][ky][kx][channel][lane]. Where taps of one kernel row lie side by side (no dilation), the caller
// may present them as one tap with more channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/epilogue.h"

namespace nawq::kernels {

struct ConvRow {
  const void* src = nullptr;           // first tap of the first output pixel
  std::ptrdiff_t src_row_bytes = 0;    // from one kernel row to the next
  std::ptrdiff_t src_tap_bytes = 0;    // from one kernel column to the next
  std::ptrdiff_t src_pixel_bytes = 0;  // from one output pixel to the next
  int taps_h = 1, taps_w = 1;
  int channels = 4;               // of the input, a multiple of 4
  const void* weights = nullptr;  // aligned to 64 bytes
  int vectors = 1;                // of packed output channels
  int width_px = 1;               // output pixels
  Epilogue epilogue{};
};

using ConvRowFunction = void (*)(const ConvRow& row);

// One implementation: what it reads and the vectors of output channels it makes at a time.
struct ConvKernel {
  const char* name;  // conv_<src>_<weights>_<isa>
  Isa isa;
  Format src;
  int lanes;  // output channels in one packed vector
  ConvRowFunction run;
};

// Best for each source format first, scalar last.
std::span<const ConvKernel> conv_kernels();

// The same with sums in 64 bits, r = fma(float(acc + correction), multiplier, bias), for layers whose 32-bit
// sums are not proven: scalar on every machine, code sources only.
std::span<const ConvKernel> conv_wide_kernels();

}  // namespace nawq::kernels
