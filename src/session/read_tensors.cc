#include "session/read_tensors.h"

#include <algorithm>

#include "quantize/rounded_values.h"

namespace nawq::session {

std::vector<std::string> read_tensors(const PreparedNetwork& network) {
  const graph::Graph& graph = network.graphs.graph;
  const quantize::RoundedValues rounded(graph, network.ranges8);
  std::vector<std::string> names;
  for (const quantize::Layer& layer : network.layers) {
    const auto node = std::ranges::find(graph.nodes, layer.name, &graph::Node::name);
    const graph::ValueId whole = node == graph.nodes.end() ? graph::kNoValue : rounded.whole(node->inputs[0]);
    names.push_back(whole == graph::kNoValue ? std::string() : graph.value(whole).name);
  }
  return names;
}

}  // namespace nawq::session
