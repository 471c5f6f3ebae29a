#include "graph/recipe.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nawq::graph {

CodeFormat code_format(double min, double max, int bits) {
  const double low = std::min(min, 0.0), high = std::max(max, 0.0);
  if (low == high) return {bits, 1.0f, 0};
  const double last_code = (1 << bits) - 1;
  const float scale = std::max(static_cast<float>((high - low) / last_code), kSmallestScale);
  const double zero_point = std::clamp(std::nearbyint(-low / double{scale}), 0.0, last_code);
  return {bits, scale, static_cast<std::int32_t>(zero_point)};
}

std::int32_t bias_code(float bias, float input_scale, float weight_scale) {
  constexpr double kLargest = std::numeric_limits<std::int32_t>::max();
  const double code = std::nearbyint(double{bias} / (double{input_scale} * double{weight_scale}));
  if (std::isnan(code)) return 0;
  return static_cast<std::int32_t>(std::clamp(code, -kLargest, kLargest));
}

float rounded_bias(float bias, float input_scale, float weight_scale) {
  const double code = bias_code(bias, input_scale, weight_scale);
  return static_cast<float>(code * (double{input_scale} * double{weight_scale}));
}

}  // namespace nawq::graph
