// Owns: which source positions an output position is made of, in one direction, and how much of each.
#pragma once

#include <cstdint>
#include <vector>

#include "plan/program.h"

namespace nawq::codec {

// `count` entries for every output position; positions lie inside the source.
struct Taps {
  std::int32_t count = 1;
  std::vector<std::int64_t> positions;
  std::vector<float> weights;
};

// Output size over source size: `stated` (the operation's own number), or the ratio where the size is that of
// another tensor.
float resize_scale(const plan::Resampling& op, std::int64_t source_size, std::int64_t size, float stated);

// ONNX Resize-19; coordinates in float32, as ONNX Runtime computes them. `scale` is
// resize_scale().
Taps resize_taps(const plan::Resampling& op, std::int64_t source_size, std::int64_t size, float scale);

struct AverageWindow {
  std::int64_t source_size, size;
  std::int32_t kernel, stride, dilation, pad;
  std::int32_t counted_before, counted_after;  // positions beyond the source that count as zeros
};
Taps average_taps(const AverageWindow& window);

}  // namespace nawq::codec
