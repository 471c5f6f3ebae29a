#include <algorithm>
#include <limits>

#include "reference/chunks.h"
#include "reference/operators.h"

namespace nawq::reference {
namespace {

struct Range {
  std::int64_t begin, end;
  std::int64_t size() const { return end - begin; }
};

// The taps k of [0, count) whose place start + k * dilation is in [low, high).
Range taps_within(std::int64_t start, std::int64_t dilation, std::int64_t count, std::int64_t low,
                  std::int64_t high) {
  const std::int64_t begin =
      std::clamp<std::int64_t>(start < low ? ceil_div(low - start, dilation) : 0, 0, count);
  const std::int64_t end = start < high ? ceil_div(high - start, dilation) : 0;
  return {begin, std::clamp(end, begin, count)};
}

struct Window {
  std::int64_t y, x;  // of its first tap
  Range rows, columns;
};

template <class Body>
void for_each_tap(const graph::Pool& op, const Window& window, const float* plane, std::int64_t width,
                  Body body) {
  for (std::int64_t ky = window.rows.begin; ky < window.rows.end; ++ky) {
    const float* row = plane + (window.y + ky * op.dilation.h) * width;
    for (std::int64_t kx = window.columns.begin; kx < window.columns.end; ++kx)
      body(row[window.x + kx * op.dilation.w]);
  }
}

float largest(const graph::Pool& op, const Window& window, const float* plane, std::int64_t width) {
  float best = std::numeric_limits<float>::lowest();
  for_each_tap(op, window, plane, width,
               [&](float value) { best = value > best || value != value ? value : best; });
  return best;
}

float average(const graph::Pool& op, const Window& window, const float* plane, std::int64_t height,
              std::int64_t width) {
  const auto& counted = op.counted_pads;
  const Range rows = taps_within(window.y, op.dilation.h, op.kernel.h, -counted.top, height + counted.bottom);
  const Range columns =
      taps_within(window.x, op.dilation.w, op.kernel.w, -counted.left, width + counted.right);
  double sum = 0;
  for_each_tap(op, window, plane, width, [&](float value) { sum += double{value}; });
  const double count = static_cast<double>(rows.size()) * static_cast<double>(columns.size());
  return static_cast<float>(sum / std::max(1.0, count));
}

}  // namespace

void compute(const graph::Pool& op, Inputs in, Outputs out, ThreadTeam& team) {
  const std::int64_t height = in[0].shape[2], width = in[0].shape[3];
  const std::int64_t out_height = out[0].shape[2], out_width = out[0].shape[3];
  team.parallel_for(out[0].shape[1] * out_height, [&](std::int64_t row, int) {
    const float* plane = in[0].values + row / out_height * height * width;
    Window window{row % out_height * op.stride.h - op.pads.top, 0, {}, {}};
    window.rows = taps_within(window.y, op.dilation.h, op.kernel.h, 0, height);
    for (std::int64_t x = 0; x < out_width; ++x) {
      window.x = x * op.stride.w - op.pads.left;
      window.columns = taps_within(window.x, op.dilation.w, op.kernel.w, 0, width);
      out[0].values[row * out_width + x] = op.kind == graph::PoolKind::kMax
                                               ? largest(op, window, plane, width)
                                               : average(op, window, plane, height, width);
    }
  });
}

}  // namespace nawq::reference
