// rewrite Transpose -> Transpose -> Transpose; Reshape -> Reshape -> Reshape; what moves nothing -> nothing
//
// What moves nothing: Transpose in order, Reshape and Expand to the same shape, Slice of everything, Pad by
// nothing, Concat of one, Split into one. And Clip without an upper end -> Relu.
#include <algorithm>
#include <limits>

#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

struct MovesNothing {
  const Shape& shape;  // of the node's first input
  std::size_t operands;

  static bool all_are(const std::vector<std::int64_t>& numbers, std::int64_t expected) {
    return std::ranges::all_of(numbers, [&](std::int64_t number) { return number == expected; });
  }
  bool operator()(const Transpose& op) const { return std::ranges::is_sorted(op.perm); }
  bool operator()(const Reshape& op) const { return op.shape == shape; }
  bool operator()(const Expand& op) const { return op.shape == shape; }
  bool operator()(const Slice& op) const {
    return op.sizes == shape && all_are(op.starts, 0) && all_are(op.steps, 1);
  }
  bool operator()(const Pad& op) const { return all_are(op.before, 0) && all_are(op.after, 0); }
  bool operator()(const Concat&) const { return operands == 1; }
  bool operator()(const Split& op) const { return op.sizes.size() == 1; }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

// The perm of doing `first`, then `second`.
std::vector<std::int64_t> composed(const std::vector<std::int64_t>& first,
                                   const std::vector<std::int64_t>& second) {
  std::vector<std::int64_t> out;
  for (const std::int64_t axis : second) out.push_back(first[static_cast<std::size_t>(axis)]);
  return out;
}

bool merge_with_maker(const Graph& graph, const Links& links, Node& node) {
  if (auto* op = node.as<Transpose>()) {
    const Node* maker = made_by<Transpose>(graph, links, node.inputs[0]);
    if (!maker) return false;
    op->perm = composed(maker->as<Transpose>()->perm, op->perm);
    node.inputs = maker->inputs;
    return true;
  }
  const Node* maker = node.as<Reshape>() ? made_by<Reshape>(graph, links, node.inputs[0]) : nullptr;
  if (maker) node.inputs = maker->inputs;
  return maker != nullptr;
}

// Files write "no upper end" as infinity or as the largest float.
bool become_relu(Node& node) {
  auto* op = node.as<Unary>();
  if (!op || op->kind != UnaryKind::kClip || op->alpha != 0 || op->beta < std::numeric_limits<float>::max())
    return false;
  *op = Unary{UnaryKind::kRelu};
  return true;
}

}  // namespace

Result<int> simplify_layout(Graph& graph) {
  int rewrites = 0;
  std::vector<ValueId> same_as(graph.values.size());
  for (std::size_t i = 0; i < same_as.size(); ++i) same_as[i] = static_cast<ValueId>(i);
  const Links links(graph);  // makers stay valid: no node moves, and a maker only ever reads an earlier value

  for (NodeIndex i = 0; i < graph.nodes.size(); ++i) {
    Node& node = graph.nodes[i];
    if (!links.is_live(i)) continue;
    for (ValueId& id : node.inputs) id = same_as[static_cast<std::size_t>(id)];
    rewrites += merge_with_maker(graph, links, node) + become_relu(node);
    if (!visit_op(MovesNothing{graph.shape(node.inputs[0]), node.inputs.size()}, node.op)) continue;
    same_as[static_cast<std::size_t>(node.outputs[0])] = node.inputs[0];
    ++rewrites;
  }
  const ValueId output = same_as[static_cast<std::size_t>(graph.output)];
  if (output != graph.output) replace_uses(graph, graph.output, output);
  return rewrites;
}

}  // namespace nawq::graph
