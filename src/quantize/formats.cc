#include "quantize/formats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "graph/weight_channels.h"

namespace nawq::quantize {
namespace {

constexpr double kLargestWeightCode = 127;
constexpr double kLargestBiasCode = 1 << 30;

graph::WeightChannels channels_of(const graph::Graph& graph, const graph::Node& node) {
  const graph::Shape& shape = graph.shape(node.inputs[1]);
  if (const auto* op = node.as<graph::ConvTranspose>()) return {*op, shape};
  return {graph::Conv{}, shape};
}

const std::vector<float>& weights_of(const graph::Graph& graph, const graph::Node& node) {
  return graph.constant(node.inputs[1])->floats;
}

std::int8_t nearest_code(float weight, float scale) {
  const double code = std::nearbyint(double{weight} / double{scale});
  return static_cast<std::int8_t>(std::clamp(code, -kLargestWeightCode, kLargestWeightCode));
}

Status check_finite(const graph::Graph& graph, const graph::Node& node, std::size_t input, const char* what) {
  const graph::Tensor* constant = graph.constant(node.inputs[input]);
  if (!constant)
    return fail(ErrorKind::kModel, concat(graph::node_text(node), ": its ", what, " is not a constant"));
  for (std::size_t i = 0; i < constant->floats.size(); ++i)
    if (!std::isfinite(constant->floats[i]))
      return fail(ErrorKind::kModel, concat(graph::node_text(node), ": ", what, ' ', i, " of ",
                                            constant->floats.size(), " is not a finite number"));
  return {};
}

// By channel; what has one scale for all keeps it.
void raise_to_least(std::span<const float> biases, float input_scale, WeightScales kind,
                    std::vector<float>& scales) {
  for (std::size_t c = 0; c < scales.size(); ++c)
    scales[c] = std::max(scales[c], least_weight_scale(biases[c], input_scale));
  if (kind == WeightScales::kPerTensor && !scales.empty())
    std::ranges::fill(scales, *std::ranges::max_element(scales));
}

}  // namespace

Status check_weights(const graph::Graph& graph, const graph::Node& node) {
  NAWQ_CHECK(check_finite(graph, node, 1, "weight"));
  return node.inputs.size() > 2 ? check_finite(graph, node, 2, "bias") : Status{};
}

std::vector<float> biases_of(const graph::Graph& graph, const graph::Node& node) {
  const graph::Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  return bias ? bias->floats : std::vector<float>(channels_of(graph, node).count());
}

std::vector<float> widest_scales(const graph::Graph& graph, const graph::Node& node, WeightScales kind) {
  const std::vector<float>& weights = weights_of(graph, node);
  const graph::WeightChannels channels = channels_of(graph, node);
  std::vector<float> scales(channels.count());
  for (std::size_t i = 0; i < weights.size(); ++i)
    scales[channels(i)] = std::max(scales[channels(i)], std::abs(weights[i]));
  if (kind == WeightScales::kPerTensor && !scales.empty())
    std::ranges::fill(scales, *std::ranges::max_element(scales));
  for (float& scale : scales)
    scale = scale == 0
                ? 1.0f
                : std::max(static_cast<float>(double{scale} / kLargestWeightCode), nawq::kSmallestScale);
  return scales;
}

float least_weight_scale(float bias, float input_scale) {
  const double least = std::abs(double{bias}) / (double{input_scale} * kLargestBiasCode);
  const float rounded = static_cast<float>(least);
  return double{rounded} >= least ? rounded : std::nextafter(rounded, std::numeric_limits<float>::max());
}

graph::WeightCodes round_weights(const graph::Graph& graph, const graph::Node& node, float input_scale,
                                 WeightScales kind) {
  const std::vector<float>& weights = weights_of(graph, node);
  const graph::WeightChannels channels = channels_of(graph, node);
  graph::WeightCodes rounded{{}, widest_scales(graph, node, kind)};
  raise_to_least(biases_of(graph, node), input_scale, kind, rounded.scales);
  rounded.codes.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    rounded.codes.push_back(nearest_code(weights[i], rounded.scales[channels(i)]));
  return rounded;
}

void raise_scales(const graph::Graph& graph, const graph::Node& node, std::span<const float> biases,
                  float input_scale, WeightScales kind, graph::WeightCodes& codes) {
  const std::vector<float> before = codes.scales, own = biases_of(graph, node);
  raise_to_least(biases.empty() ? std::span(own) : biases, input_scale, kind, codes.scales);
  if (codes.scales == before) return;
  const std::vector<float>& weights = weights_of(graph, node);
  const graph::WeightChannels channels = channels_of(graph, node);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (const std::size_t c = channels(i); codes.scales[c] != before[c])
      codes.codes[i] = nearest_code(weights[i], codes.scales[c]);
}

}  // namespace nawq::quantize
