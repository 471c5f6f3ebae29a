#include "quantize/formats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/weight_channels.h"

namespace nawq::quantize {
namespace {

constexpr double kLargestWeightCode = 127;
constexpr double kLargestBiasCode = 1 << 30;

std::vector<float> largest_by_channel(const std::vector<float>& weights,
                                      const graph::WeightChannels& channels) {
  std::vector<float> largest(channels.count());
  for (std::size_t i = 0; i < weights.size(); ++i)
    largest[channels(i)] = std::max(largest[channels(i)], std::abs(weights[i]));
  return largest;
}

float weight_scale(float largest, float bias, float input_scale) {
  const float scale =
      largest == 0 ? 1.0f
                   : std::max(static_cast<float>(double{largest} / kLargestWeightCode), nawq::kSmallestScale);
  const double least = std::abs(double{bias}) / (double{input_scale} * kLargestBiasCode);
  if (double{scale} >= least) return scale;
  return std::nextafter(static_cast<float>(least), std::numeric_limits<float>::max());
}

graph::WeightCodes round_to_channels(const std::vector<float>& weights, const graph::Tensor* bias,
                                     const graph::WeightChannels& channels, float input_scale) {
  graph::WeightCodes rounded;
  rounded.scales = largest_by_channel(weights, channels);
  for (std::size_t c = 0; c < channels.count(); ++c)
    rounded.scales[c] = weight_scale(rounded.scales[c], bias ? bias->floats[c] : 0.0f, input_scale);
  rounded.codes.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double code = std::nearbyint(double{weights[i]} / double{rounded.scales[channels(i)]});
    rounded.codes.push_back(
        static_cast<std::int8_t>(std::clamp(code, -kLargestWeightCode, kLargestWeightCode)));
  }
  return rounded;
}

}  // namespace

graph::WeightCodes round_weights(const graph::Graph& graph, const graph::Node& node, float input_scale) {
  const graph::Tensor& weights = *graph.constant(node.inputs[1]);
  const graph::Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  if (const auto* op = node.as<graph::ConvTranspose>())
    return round_to_channels(weights.floats, bias, {*op, weights.shape}, input_scale);
  return round_to_channels(weights.floats, bias, {graph::Conv{}, weights.shape}, input_scale);
}

}  // namespace nawq::quantize
