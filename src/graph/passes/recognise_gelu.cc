// rewrite x * 0.5 * (1 + erf(x / sqrt(2))) -> Gelu
//
// And 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) -> GeluTanh, multiplied in any order.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "graph/passes/passes.h"
#include "graph/passes/product.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

constexpr double kInverseSqrt2 = 1 / std::numbers::sqrt2;
constexpr double kSqrt2OverPi = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
constexpr double kCubic = 0.044715;

// The values that `id` is computed from by up to four multiplications, additions and powers, nearest first.
std::vector<ValueId> nearby_operands(const Graph& graph, const Links& links, ValueId id) {
  constexpr int kSteps = 4;
  std::vector<ValueId> found{id};
  std::size_t begin = 0;
  for (int step = 0; step < kSteps; ++step) {
    const std::size_t end = found.size();
    for (; begin < end; ++begin) {
      const Node* node = made_by<Binary>(graph, links, found[begin]);
      for (std::size_t i = 0; node && i < 2; ++i) {
        const bool known =
            graph.constant(node->inputs[i]) || std::ranges::find(found, node->inputs[i]) != found.end();
        if (!known) found.push_back(node->inputs[i]);
      }
    }
  }
  return found;
}

// The other operand of `id` = operand + other, for either operand.
bool is_sum_with(const Graph& graph, const Links& links, ValueId id, ValueId operand, auto accepts_other) {
  const Node* add = made_by_binary(graph, links, id, BinaryKind::kAdd);
  if (!add) return false;
  return (add->inputs[0] == operand && accepts_other(add->inputs[1])) ||
         (add->inputs[1] == operand && accepts_other(add->inputs[0]));
}

// `id` = 1 + other.
bool is_one_plus(const Graph& graph, const Links& links, ValueId id, auto accepts_other) {
  const Node* add = made_by_binary(graph, links, id, BinaryKind::kAdd);
  const auto sides = add ? operand_and_number(graph, *add) : std::nullopt;
  return sides && sides->number == 1 && accepts_other(sides->operand);
}

// `id` = sqrt(2/pi) (x + kCubic x^3) or sqrt(2/pi) x (1 + kCubic x^2).
bool is_tanh_argument(const Graph& graph, const Links& links, ValueId id, ValueId x) {
  const auto is_cubic = [&](ValueId other) { return is_product(graph, links, other, kCubic, {x, x, x}); };
  const auto is_quadratic = [&](ValueId other) { return is_product(graph, links, other, kCubic, {x, x}); };
  for (const ValueId sum : nearby_operands(graph, links, id)) {
    if (is_sum_with(graph, links, sum, x, is_cubic) && is_product(graph, links, id, kSqrt2OverPi, {sum}))
      return true;
    if (is_one_plus(graph, links, sum, is_quadratic) && is_product(graph, links, id, kSqrt2OverPi, {x, sum}))
      return true;
  }
  return false;
}

// x, where `curve` is a node erf(x / sqrt(2)) or tanh(sqrt(2/pi) (x + kCubic x^3)).
std::optional<ValueId> match_curve(const Graph& graph, const Links& links, const Node& curve) {
  const ValueId argument = curve.inputs[0];
  const bool is_erf = curve.as<Unary>()->kind == UnaryKind::kErf;
  for (const ValueId x : nearby_operands(graph, links, argument)) {
    if (x == argument) continue;
    const bool matches = is_erf ? is_product(graph, links, argument, kInverseSqrt2, {x})
                                : is_tanh_argument(graph, links, argument, x);
    if (matches) return x;
  }
  return std::nullopt;
}

// The Mul that makes 0.5 x sum, where `sum` is 1 + curve; kNoNode where there is none.
NodeIndex find_last_product(const Graph& graph, const Links& links, ValueId x, ValueId sum) {
  for (NodeIndex i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (!links.is_live(i) || !node.as<Binary>() || graph.shape(node.outputs[0]) != graph.shape(x)) continue;
    if (is_product(graph, links, node.outputs[0], 0.5, {x, sum})) return i;
  }
  return kNoNode;
}

Result<bool> recognise(Graph& graph, const Links& links, NodeIndex index) {
  const Node& curve = graph.nodes[index];
  const auto* op = curve.as<Unary>();
  if (!op || (op->kind != UnaryKind::kErf && op->kind != UnaryKind::kTanh)) return false;
  const auto x = match_curve(graph, links, curve);
  if (!x) return false;
  const auto is_curve = [&](ValueId other) { return other == curve.outputs[0]; };
  for (const NodeIndex reader : links.readers(curve.outputs[0])) {
    const ValueId sum = graph.nodes[reader].outputs[0];
    if (!is_one_plus(graph, links, sum, is_curve)) continue;
    const NodeIndex last = find_last_product(graph, links, *x, sum);
    if (last == kNoNode) continue;
    graph.nodes[last].op = Unary{op->kind == UnaryKind::kErf ? UnaryKind::kGelu : UnaryKind::kGeluTanh};
    graph.nodes[last].inputs = {*x};
    return true;
  }
  return false;
}

}  // namespace

Result<int> recognise_gelu(Graph& graph) { return rewrite_each(graph, recognise); }

}  // namespace nawq::graph
