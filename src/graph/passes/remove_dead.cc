// rewrite a node whose outputs nobody reads -> nothing
//
// Values that are left without maker and reader go as well, and the rest are renumbered.
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

void drop_dead_nodes(Graph& graph) {
  const Links links(graph);
  std::vector<Node> kept;
  kept.reserve(graph.nodes.size());
  for (NodeIndex i = 0; i < graph.nodes.size(); ++i)
    if (links.is_live(i)) kept.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(kept);
}

std::vector<bool> used_values(const Graph& graph) {
  std::vector<bool> used(graph.values.size(), false);
  const auto use = [&](ValueId id) { used[static_cast<std::size_t>(id)] = true; };
  use(graph.input);
  use(graph.output);
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.inputs) use(id);
    for (const ValueId id : node.outputs) use(id);
  }
  return used;
}

void drop_unused_values(Graph& graph) {
  const std::vector<bool> used = used_values(graph);
  std::vector<ValueId> renumbered(graph.values.size(), kNoValue);
  std::vector<Value> kept;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    renumbered[i] = static_cast<ValueId>(kept.size());
    kept.push_back(std::move(graph.values[i]));
  }
  graph.values = std::move(kept);

  const auto renumber = [&](ValueId& id) { id = renumbered[static_cast<std::size_t>(id)]; };
  renumber(graph.input);
  renumber(graph.output);
  for (Node& node : graph.nodes) {
    for (ValueId& id : node.inputs) renumber(id);
    for (ValueId& id : node.outputs) renumber(id);
  }
}

}  // namespace

Result<int> remove_dead(Graph& graph) {
  const std::size_t before = graph.nodes.size();
  drop_dead_nodes(graph);
  drop_unused_values(graph);
  return static_cast<int>(before - graph.nodes.size());
}

}  // namespace nawq::graph
