#include "graph/apply_biases.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "graph/weight_channels.h"

namespace nawq::graph {
namespace {

Result<std::size_t> output_channels(const Graph& graph, const Node& node) {
  if (const auto* conv = node.as<Conv>()) return WeightChannels(*conv, graph.shape(node.inputs[1])).count();
  if (const auto* transposed = node.as<ConvTranspose>())
    return WeightChannels(*transposed, graph.shape(node.inputs[1])).count();
  return fail(ErrorKind::kModel, concat(node_text(node), ": has biases in the recipe and is no convolution"));
}

Status set_bias(Graph& graph, Node& node, const std::vector<float>& biases) {
  NAWQ_TRY(const std::size_t channels, output_channels(graph, node));
  if (biases.size() != channels)
    return fail(ErrorKind::kModel, concat(node_text(node), ": has ", channels,
                                          " output channels, the recipe ", biases.size(), " biases for it"));
  for (std::size_t c = 0; c < channels; ++c)
    if (!std::isfinite(biases[c]))
      return fail(ErrorKind::kModel,
                  concat(node_text(node), ": the recipe's bias of channel ", c, " is not finite"));
  const ValueId bias = graph.add_constant(concat(node.name, ".bias"),
                                          float_tensor({static_cast<std::int64_t>(biases.size())}, biases));
  node.inputs.resize(3);
  node.inputs[2] = bias;
  return {};
}

}  // namespace

Status apply_biases(Graph& graph, const Recipe& recipe) {
  for (const auto& [name, biases] : recipe.biases) {
    const auto node = std::ranges::find(graph.nodes, name, &Node::name);
    if (node == graph.nodes.end())
      return fail(ErrorKind::kModel, concat("the recipe has biases for '", name, "', which is no node"));
    NAWQ_CHECK(set_bias(graph, *node, biases));
  }
  return {};
}

}  // namespace nawq::graph
