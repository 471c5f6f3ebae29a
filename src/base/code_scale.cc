#include "base/code_scale.h"

#include <algorithm>
#include <cmath>

namespace nawq {

CodeScale code_scale(double min, double max, int bits) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  const double low = std::max(std::min(0.0, min), -kLargest);
  const double high = std::min(std::max(0.0, max), kLargest);
  if (low == high) return {1.0f, 0};
  const double last_code = (1 << bits) - 1;
  const float scale = std::max(static_cast<float>((high - low) / last_code), kSmallestScale);
  const double zero_point = std::clamp(std::nearbyint(-low / double{scale}), 0.0, last_code);
  return {scale, static_cast<std::int32_t>(zero_point)};
}

}  // namespace nawq
