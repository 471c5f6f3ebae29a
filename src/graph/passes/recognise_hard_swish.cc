// rewrite x * HardSigmoid(x; 1/6, 1/2) -> HardSwish
//
// Also x * Clip(x + 3, 0, 6) / 6, multiplied in any order.
#include "graph/passes/passes.h"
#include "graph/passes/product.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

// The gate is divisor times the factor of HardSwish.
struct Gate {
  ValueId x = kNoValue;
  double divisor = 1;
};

std::optional<Gate> match_gate(const Graph& graph, const Links& links, const Node& node) {
  const auto* op = node.as<Unary>();
  if (!op) return std::nullopt;
  const ValueId input = node.inputs[0];
  if (op->kind == UnaryKind::kHardSigmoid && is_nearly(double{op->alpha}, 1.0 / 6) && op->beta == 0.5f)
    return Gate{input, 1};
  if (op->kind != UnaryKind::kClip || op->alpha != 0 || op->beta != 6) return std::nullopt;
  const Node* add = made_by_binary(graph, links, input, BinaryKind::kAdd);
  const auto sides = add ? operand_and_number(graph, *add) : std::nullopt;
  if (!sides || sides->number != 3) return std::nullopt;
  return Gate{sides->operand, 6};
}

Result<bool> recognise(Graph& graph, const Links& links, NodeIndex index) {
  const auto gate = match_gate(graph, links, graph.nodes[index]);
  if (!gate) return false;
  const ValueId opening = graph.nodes[index].outputs[0];
  for (NodeIndex i = 0; i < graph.nodes.size(); ++i) {
    Node& last = graph.nodes[i];
    if (!links.is_live(i) || !last.as<Binary>() || graph.shape(last.outputs[0]) != graph.shape(gate->x))
      continue;
    if (!is_product(graph, links, last.outputs[0], 1 / gate->divisor, {gate->x, opening})) continue;
    last.op = Unary{UnaryKind::kHardSwish};
    last.inputs = {gate->x};
    return true;
  }
  return false;
}

}  // namespace

Result<int> recognise_hard_swish(Graph& graph) { return rewrite_each(graph, recognise); }

}  // namespace nawq::graph
