#include "codec/resize_taps.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nawq::codec {
namespace {

using plan::CoordinateMode;
using plan::NearestRounding;
using plan::ResizeMode;

float source_coordinate(CoordinateMode mode, std::int64_t source_size, std::int64_t size, float scale,
                        std::int64_t position) {
  const auto at = static_cast<float>(position);
  switch (mode) {
    case CoordinateMode::kHalfPixel:
      return (at + 0.5f) / scale - 0.5f;
    case CoordinateMode::kPyTorchHalfPixel:
      return size > 1 ? (at + 0.5f) / scale - 0.5f : 0.0f;
    case CoordinateMode::kAlignCorners:
      return size > 1 ? at * static_cast<float>(source_size - 1) / static_cast<float>(size - 1) : 0.0f;
    case CoordinateMode::kAsymmetric:
      return at / scale;
  }
  return at;
}

float rounded(NearestRounding rounding, float coordinate) {
  switch (rounding) {
    case NearestRounding::kRoundPreferFloor:
      return std::ceil(coordinate - 0.5f);
    case NearestRounding::kRoundPreferCeil:
      return std::floor(coordinate + 0.5f);
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

void add_linear(float coordinate, std::int64_t size, Taps& taps) {
  const float inside = std::clamp(coordinate, 0.0f, static_cast<float>(size - 1));
  const std::int64_t low = clamped(std::floor(inside), size);
  const float fraction = inside - static_cast<float>(low);
  taps.positions.insert(taps.positions.end(), {low, std::min(low + 1, size - 1)});
  taps.weights.insert(taps.weights.end(), {1.0f - fraction, fraction});
}

// Keys' cubic at the four pixels around: distances 1 + t, t, 1 - t, 2 - t.
void add_cubic(const plan::Resampling& op, float coordinate, std::int64_t size, Taps& taps) {
  const float a = op.cubic_a, t = coordinate - std::floor(coordinate);
  const auto near = [a](float d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
  const auto far = [a](float d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
  std::array<float, 4> weights{far(1 + t), near(t), near(1 - t), far(2 - t)};
  float sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float position = std::floor(coordinate) - 1 + static_cast<float>(i);
    taps.positions.push_back(clamped(position, size));
    if (op.exclude_outside && (position < 0 || position > static_cast<float>(size - 1))) weights[i] = 0;
    sum += weights[i];
  }
  for (const float weight : weights) taps.weights.push_back(op.exclude_outside ? weight / sum : weight);
}

}  // namespace

float resize_scale(const plan::Resampling& op, std::int64_t source_size, std::int64_t size, float stated) {
  return op.like < 0 ? stated : static_cast<float>(size) / static_cast<float>(source_size);
}

Taps resize_taps(const plan::Resampling& op, std::int64_t source_size, std::int64_t size, float scale) {
  Taps taps;
  taps.count = op.mode == ResizeMode::kNearest ? 1 : op.mode == ResizeMode::kLinear ? 2 : 4;
  for (std::int64_t i = 0; i < size; ++i) {
    const float coordinate = source_coordinate(op.coordinates, source_size, size, scale, i);
    if (op.mode == ResizeMode::kNearest) {
      taps.positions.push_back(clamped(rounded(op.rounding, coordinate), source_size));
      taps.weights.push_back(1);
    } else if (op.mode == ResizeMode::kLinear) {
      add_linear(coordinate, source_size, taps);
    } else {
      add_cubic(op, coordinate, source_size, taps);
    }
  }
  return taps;
}

Taps average_taps(const AverageWindow& window) {
  Taps taps;
  taps.count = window.kernel;
  for (std::int64_t i = 0; i < window.size; ++i) {
    const auto at = [&](std::int32_t k) {
      return i * window.stride - window.pad + std::int64_t{k} * window.dilation;
    };
    std::int64_t counted = 0;
    for (std::int32_t k = 0; k < window.kernel; ++k)
      counted += at(k) >= -window.counted_before && at(k) < window.source_size + window.counted_after;
    const auto share = static_cast<float>(1.0 / static_cast<double>(std::max<std::int64_t>(1, counted)));
    for (std::int32_t k = 0; k < window.kernel; ++k) {
      const bool inside = at(k) >= 0 && at(k) < window.source_size;
      taps.positions.push_back(std::clamp<std::int64_t>(at(k), 0, window.source_size - 1));
      taps.weights.push_back(inside ? share : 0.0f);
    }
  }
  return taps;
}

}  // namespace nawq::codec
