#include "graph/apply_weights.h"

#include <algorithm>

#include "base/text.h"
#include "graph/weight_channels.h"

namespace nawq::graph {
namespace {

void correct_bias(Graph& graph, Node& node, const WeightCodes& weights) {
  const std::vector<double> correction = shift_correction(graph, node, weights);
  if (correction.empty()) return;
  const Tensor* old = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  std::vector<float> biases;
  for (std::size_t c = 0; c < correction.size(); ++c)
    biases.push_back(static_cast<float>((old ? double{old->floats[c]} : 0.0) + correction[c]));
  node.inputs.resize(3);
  const Shape shape{static_cast<std::int64_t>(biases.size())};
  node.inputs[2] = graph.add_constant(concat(node.name, ".bias"), float_tensor(shape, std::move(biases)));
}

Status put(Graph& graph, Node& node, const WeightCodes& weights, const WeightChannels& channels) {
  const Tensor& old = *graph.constant(node.inputs[1]);
  if (weights.codes.size() != old.floats.size() || weights.scales.size() != channels.count())
    return fail(ErrorKind::kModel,
                concat(node_text(node), ": has ", old.floats.size(), " weights in ", channels.count(),
                       " channels, not ", weights.codes.size(), " in ", weights.scales.size()));
  std::vector<float> real(weights.codes.size());
  for (std::size_t i = 0; i < real.size(); ++i)
    real[i] = static_cast<float>(static_cast<double>(weights.codes[i]) * double{weights.scales[channels(i)]});
  correct_bias(graph, node, weights);
  Tensor tensor = float_tensor(old.shape, std::move(real));
  node.inputs[1] = graph.add_constant(concat(node.name, ".weight"), std::move(tensor));
  return {};
}

}  // namespace

std::vector<double> shift_correction(const Graph& graph, const Node& node, const WeightCodes& weights) {
  const auto* conv = node.as<Conv>();
  if (!conv || conv->pad_values.empty()) return {};
  const Tensor& old = *graph.constant(node.inputs[1]);
  const auto inputs = static_cast<std::size_t>(old.shape[1]);
  const auto taps = static_cast<std::size_t>(old.shape[2] * old.shape[3]);
  const auto outputs = static_cast<std::size_t>(old.shape[0]);
  const std::size_t outputs_per_group = outputs / static_cast<std::size_t>(conv->groups);
  std::vector<double> correction(outputs);
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t k = 0; k < inputs * taps; ++k) {
      const std::size_t at = o * inputs * taps + k;
      const double rounded = double{weights.scales[o]} * weights.codes[at];
      correction[o] += (double{old.floats[at]} - rounded) *
                       double{conv->pad_values[o / outputs_per_group * inputs + k / taps]};
    }
  return correction;
}

Status apply_weights(Graph& graph, const std::string& name, const WeightCodes& weights) {
  const auto node = std::ranges::find(graph.nodes, name, &Node::name);
  const bool has_constant =
      node != graph.nodes.end() && node->inputs.size() > 1 && graph.constant(node->inputs[1]);
  if (has_constant) {
    const Shape& shape = graph.shape(node->inputs[1]);
    if (const auto* conv = node->as<Conv>()) return put(graph, *node, weights, {*conv, shape});
    if (const auto* conv = node->as<ConvTranspose>()) return put(graph, *node, weights, {*conv, shape});
  }
  return fail(ErrorKind::kModel, concat("'", name, "' is no convolution with constant weights"));
}

}  // namespace nawq::graph
