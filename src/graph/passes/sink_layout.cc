// rewrite Transpose -> f -> f -> Transpose, for f that treats all elements alike; Reshape -> f -> f ->
// Reshape, for a Reshape that refolds only a picture's height and width and f that treats all its pixels
// alike
//
// Layouts move towards the output until they meet their inverse, and simplify_layout removes both.
#include <algorithm>

#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

// One number for all elements, of a rank that does not add dimensions to `shape`.
bool is_single_number(const Graph& graph, ValueId id, const Shape& shape) {
  return known_number(graph, id) && graph.shape(id).size() <= shape.size();
}

bool treats_elements_alike(const Graph& graph, const Node& node, const Shape& shape) {
  if (node.as<Unary>()) return true;
  if (node.as<PRelu>()) return is_single_number(graph, node.inputs[1], shape);
  if (!node.as<Binary>()) return false;
  return is_single_number(graph, node.inputs[0], shape) || is_single_number(graph, node.inputs[1], shape);
}

bool treats_pixels_alike(const Graph& graph, const Node& node) {
  const auto* conv = node.as<Conv>();
  if (!conv) return false;
  const Shape& weights = graph.shape(node.inputs[1]);
  return weights[2] == 1 && weights[3] == 1 && conv->stride == Extent2d{} && conv->pads == Padding2d{};
}

bool refolds_pixels(const Shape& from, const Shape& to) {
  return from.size() >= 2 && to.size() >= 2 && from[0] == 1 && to[0] == 1 && from[1] == to[1];
}

// Whether `reader`, which reads the output of `layout`, could as well read its input.
bool can_sink(const Graph& graph, const Node& layout, const Node& reader) {
  const Shape& from = graph.shape(layout.inputs[0]);
  const Shape& to = graph.shape(layout.outputs[0]);
  if (layout.as<Transpose>()) return treats_elements_alike(graph, reader, from);
  if (!layout.as<Reshape>() || !refolds_pixels(from, to)) return false;
  return treats_elements_alike(graph, reader, from) ||
         (from.size() == 4 && to.size() == 4 && treats_pixels_alike(graph, reader));
}

// Two layouts in a row wait for simplify_layout: mostly they undo each other, and neither needs to move.
bool follows_its_like(const Graph& graph, const Links& links, const Node& layout) {
  return (layout.as<Transpose>() && made_by<Transpose>(graph, links, layout.inputs[0])) ||
         (layout.as<Reshape>() && made_by<Reshape>(graph, links, layout.inputs[0]));
}

Result<bool> sink(Graph& graph, const Links& links, NodeIndex index) {
  const ValueId between = graph.nodes[index].outputs[0];
  const NodeIndex reader_index = links.only_reader(between);
  if (reader_index == kNoNode) return false;
  Node& layout = graph.nodes[index];
  Node& reader = graph.nodes[reader_index];
  if (!can_sink(graph, layout, reader) || follows_its_like(graph, links, layout)) return false;

  const ValueId last = reader.outputs[0];
  Shape shape = graph.shape(layout.inputs[0]);
  if (reader.as<Conv>()) shape[1] = graph.shape(last)[1];
  graph.value(between).shape = std::move(shape);
  std::ranges::replace(reader.inputs, between, layout.inputs[0]);
  reader.outputs = {between};
  layout.inputs = {between};
  layout.outputs = {last};
  if (auto* reshape = layout.as<Reshape>()) reshape->shape = graph.shape(last);
  // Values keep the names of the nodes that make them; the output keeps its own.
  if (last != graph.output) std::swap(graph.value(between).name, graph.value(last).name);
  std::swap(layout, reader);
  return true;
}

}  // namespace

Result<int> sink_layout(Graph& graph) { return rewrite_each(graph, sink); }

}  // namespace nawq::graph
