// Rows first: the source rows under an output row are blended into one, which is then sampled along its
// width. Source coordinates are float32, as ONNX Runtime computes them, so that nearest picks the same pixel.
#include <algorithm>
#include <array>
#include <cmath>

#include "reference/operators.h"
#include "reference/scratch.h"

namespace nawq::reference {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::Resize;
using graph::ResizeMode;

constexpr std::int64_t kMostTaps = 4;

// The source positions an output position reads, clamped into the picture, and how much of each.
struct Taps {
  std::array<std::int64_t, kMostTaps> positions{};
  std::array<float, kMostTaps> weights{};
};

struct Axis {
  std::int64_t source_size, size;
  float scale;
};

float source_coordinate(CoordinateMode mode, const Axis& axis, std::int64_t position) {
  const auto at = static_cast<float>(position);
  switch (mode) {
    case CoordinateMode::kHalfPixel:
      return (at + 0.5f) / axis.scale - 0.5f;
    case CoordinateMode::kPyTorchHalfPixel:
      return axis.size > 1 ? (at + 0.5f) / axis.scale - 0.5f : 0.0f;
    case CoordinateMode::kAlignCorners:
      return axis.size > 1 ? at * static_cast<float>(axis.source_size - 1) / static_cast<float>(axis.size - 1)
                           : 0.0f;
    case CoordinateMode::kAsymmetric:
      return at / axis.scale;
  }
  return at;
}

float rounded(NearestRounding rounding, float coordinate) {
  switch (rounding) {
    case NearestRounding::kRoundPreferFloor:
      return std::ceil(coordinate - 0.5f);
    case NearestRounding::kRoundPreferCeil:
      return std::round(coordinate);
    case NearestRounding::kFloor:
      return std::floor(coordinate);
    case NearestRounding::kCeil:
      return std::ceil(coordinate);
  }
  return coordinate;
}

std::int64_t clamped(float position, std::int64_t size) {
  return static_cast<std::int64_t>(std::clamp(position, 0.0f, static_cast<float>(size - 1)));
}

Taps nearest(NearestRounding rounding, float coordinate, std::int64_t size) {
  return {{clamped(rounded(rounding, coordinate), size)}, {1.0f}};
}

Taps linear(float coordinate, std::int64_t size) {
  const float inside = std::clamp(coordinate, 0.0f, static_cast<float>(size - 1));
  const std::int64_t low = clamped(std::floor(inside), size), high = std::min(low + 1, size - 1);
  const float fraction = inside - static_cast<float>(low);
  return {{low, high}, {1.0f - fraction, fraction}};
}

// Keys' cubic at the four pixels around: distances 1 + t, t, 1 - t, 2 - t.
std::array<float, kMostTaps> cubic_weights(float t, float a) {
  const auto near = [a](float d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
  const auto far = [a](float d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
  return {far(1 + t), near(t), near(1 - t), far(2 - t)};
}

Taps cubic(const Resize& op, float coordinate, std::int64_t size) {
  const float first = std::floor(coordinate) - 1;
  Taps taps;
  taps.weights = cubic_weights(coordinate - std::floor(coordinate), op.cubic_a);
  float sum = 0;
  for (std::size_t i = 0; i < taps.positions.size(); ++i) {
    const float position = first + static_cast<float>(i);
    taps.positions[i] = clamped(position, size);
    if (op.exclude_outside && (position < 0 || position > static_cast<float>(size - 1))) taps.weights[i] = 0;
    sum += taps.weights[i];
  }
  if (op.exclude_outside)
    for (float& weight : taps.weights) weight /= sum;
  return taps;
}

std::vector<Taps> taps_of(const Resize& op, const Axis& axis) {
  std::vector<Taps> all(static_cast<std::size_t>(axis.size));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const float coordinate = source_coordinate(op.coordinates, axis, static_cast<std::int64_t>(i));
    switch (op.mode) {
      case ResizeMode::kNearest:
        all[i] = nearest(op.rounding, coordinate, axis.source_size);
        break;
      case ResizeMode::kLinear:
        all[i] = linear(coordinate, axis.source_size);
        break;
      case ResizeMode::kCubic:
        all[i] = cubic(op, coordinate, axis.source_size);
        break;
    }
  }
  return all;
}

std::size_t taps_per_axis(ResizeMode mode) {
  return mode == ResizeMode::kNearest ? 1 : mode == ResizeMode::kLinear ? 2 : kMostTaps;
}

void blend_rows(const float* plane, std::int64_t width, const Taps& taps, std::size_t count, float* blended) {
  std::fill_n(blended, width, 0.0f);
  for (std::size_t i = 0; i < count; ++i) {
    const float *row = plane + taps.positions[i] * width, weight = taps.weights[i];
    for (std::int64_t x = 0; x < width; ++x) blended[x] += weight * row[x];
  }
}

void sample_row(const float* row, const std::vector<Taps>& columns, std::size_t count, float* to) {
  for (const Taps& taps : columns) {
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += taps.weights[i] * row[taps.positions[i]];
    *to++ = sum;
  }
}

void pick_row(const float* row, const std::vector<Taps>& columns, float* to) {
  for (const Taps& taps : columns) *to++ = row[taps.positions[0]];
}

}  // namespace

void compute(const Resize& op, Inputs in, Outputs out, ThreadTeam& team) {
  const std::int64_t height = in[0].shape[2], width = in[0].shape[3];
  const std::vector<Taps> rows = taps_of(op, {height, op.size.h, op.scale_h});
  const std::vector<Taps> columns = taps_of(op, {width, op.size.w, op.scale_w});
  const std::size_t count = taps_per_axis(op.mode);
  const Scratch blended_rows(team, width);

  team.parallel_for(in[0].shape[1] * op.size.h, [&](std::int64_t index, int worker) {
    const Taps& taps = rows[static_cast<std::size_t>(index % op.size.h)];
    const float* plane = in[0].values + index / op.size.h * height * width;
    float *blended = blended_rows.of(worker), *to = out[0].values + index * op.size.w;
    if (op.mode == ResizeMode::kNearest) return pick_row(plane + taps.positions[0] * width, columns, to);
    blend_rows(plane, width, taps, count, blended);
    sample_row(blended, columns, count, to);
  });
}

}  // namespace nawq::reference
