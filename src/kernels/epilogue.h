// Owns: what happens to a layer's result between the accumulator and memory (docs/numerics.md, "After it").
// Plain data, filled when a program is bound; the same for every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/enums.h"

namespace nawq::kernels {

// A tensor read beside the source: pointer to the first packed output channel at the row's first pixel.
struct SideTensor {
  const void* row = nullptr;
  std::ptrdiff_t pixel_bytes = 0;
  Format format = Format::kCode8;
  float scale = 1;  // codes: real = (code - zero_point) * scale
  std::int32_t zero_point = 0;
  // Null: channels are consecutive. Else, for every packed output channel, the bytes from `row` to its
  // number; then up to 3 bytes behind each number must be readable.
  const std::int32_t* offsets = nullptr;
};

// The quantization in front of a table: the entry for r is clamp(rint(r * inverse_scale) + zero_point, 0,
// largest).
struct Table {
  const float* values = nullptr;  // largest + 1 real numbers
  float inverse_scale = 1;
  std::int32_t zero_point = 0;
  std::int32_t largest = 255;
};

// A format that r passes through: it becomes the real number of its code, (code - zero_point) * scale.
struct Rounding {
  float scale = 1, inverse_scale = 1;
  std::int32_t zero_point = 0;
  std::int32_t largest = 255;
};

// One operation on r, the real value of one channel of one pixel.
struct Step {
  StepKind kind = StepKind::kRelu;
  const float* per_channel = nullptr;  // kSlope, kChannelScale: one number for every packed output channel
  float low = 0, high = 0;             // kClip
  Function function = Function::kSigmoid;  // kFunction
  float alpha = 0, beta = 0;               // kFunction
  Table table{};                           // kTable
  Rounding rounding{};                     // kRound
  SideTensor side{};                       // kResidual, kProduct
};

// Where a run of output channels goes; they are contiguous there. Runs start at any channel.
struct Destination {
  void* row = nullptr;  // of the run's first channel at the row's first pixel
  std::ptrdiff_t pixel_bytes = 0;
  Format format = Format::kCode8;
  float inverse_scale = 1;      // codes: code = clamp(rint(r * inverse_scale) + zero_point)
  std::int32_t zero_point = 0;  // of the code, not of its form in memory
  int first_channel = 0;
  int channels = 0;
};

struct Epilogue {
  // Code sources: r = fma(float(acc + correction), multiplier, bias). Float sources: r = acc + bias. One
  // number for every packed output channel.
  const std::int32_t* correction = nullptr;
  const std::int64_t* wide_correction = nullptr;  // null, or what kernels of wide sums take instead
  const float* multiplier = nullptr;
  const float* bias = nullptr;
  Step steps[kMostSteps];  // a plain array: nothing of the library is instantiated in kernels
  int step_count = 0;
  // Runs in ascending order of channels, not overlapping unless they write different formats of one tensor.
  // Channels of the last vector that no run covers go nowhere.
  const Destination* destinations = nullptr;
  int destination_count = 0;
  // Null, or two numbers for every packed output channel, [channel] and [channels + channel]: the smallest
  // and largest r seen are merged into them.
  float* smallest = nullptr;
  float* largest = nullptr;
};

}  // namespace nawq::kernels
