#include "graph/recipe.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nawq::graph {

CodeFormat code_format(double min, double max, int bits) {
  const CodeScale made = code_scale(min, max, bits);
  return {bits, made.scale, made.zero_point};
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
