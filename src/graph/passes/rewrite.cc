#include "graph/passes/rewrite.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace nawq::graph {

Links::Links(const Graph& graph) : live_(graph.nodes.size(), false), makers_(graph.values.size(), kNoNode) {
  find_makers_and_live(graph);
  find_readers(graph);
}

void Links::find_makers_and_live(const Graph& graph) {
  std::vector<bool> needed(graph.values.size(), false);
  needed[static_cast<std::size_t>(graph.output)] = true;
  for (NodeIndex i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    for (const ValueId id : node.outputs) {
      makers_[static_cast<std::size_t>(id)] = i;
      if (needed[static_cast<std::size_t>(id)]) live_[i] = true;
    }
    if (!live_[i]) continue;
    for (const ValueId id : node.inputs) needed[static_cast<std::size_t>(id)] = true;
  }
}

void Links::find_readers(const Graph& graph) {
  const auto each_operand = [&](auto visit) {
    for (NodeIndex i = 0; i < graph.nodes.size(); ++i)
      if (live_[i])
        for (const ValueId id : graph.nodes[i].inputs) visit(static_cast<std::size_t>(id), i);
  };
  first_reader_.assign(graph.values.size() + 1, 0);
  each_operand([&](std::size_t id, NodeIndex) { ++first_reader_[id + 1]; });
  std::partial_sum(first_reader_.begin(), first_reader_.end(), first_reader_.begin());
  readers_.resize(first_reader_.back());
  std::vector<std::size_t> next(first_reader_.begin(), first_reader_.end() - 1);
  each_operand([&](std::size_t id, NodeIndex reader) { readers_[next[id]++] = reader; });
}

NodeIndex Links::only_reader(ValueId id) const {
  const auto all = readers(id);
  return all.size() == 1 ? all.front() : kNoNode;
}

const Node* made_by_unary(const Graph& graph, const Links& links, ValueId id, UnaryKind kind) {
  const Node* node = made_by<Unary>(graph, links, id);
  return node && node->as<Unary>()->kind == kind ? node : nullptr;
}

const Node* made_by_binary(const Graph& graph, const Links& links, ValueId id, BinaryKind kind) {
  const Node* node = made_by<Binary>(graph, links, id);
  return node && node->as<Binary>()->kind == kind ? node : nullptr;
}

void replace_uses(Graph& graph, ValueId from, ValueId to) {
  for (Node& node : graph.nodes) std::ranges::replace(node.inputs, from, to);
  if (graph.output != from) return;
  graph.output = to;
  if (to != graph.input) std::swap(graph.value(from).name, graph.value(to).name);
}

void move_last_node_to(Graph& graph, NodeIndex position) {
  const auto begin = graph.nodes.begin() + static_cast<std::ptrdiff_t>(position);
  std::rotate(begin, graph.nodes.end() - 1, graph.nodes.end());
}

Result<ValueId> insert_node(Graph& graph, NodeIndex position, std::string name, Op op,
                            std::vector<ValueId> inputs) {
  NAWQ_TRY(const ValueId output, graph.add_single(std::move(name), std::move(op), std::move(inputs)));
  move_last_node_to(graph, position);
  return output;
}

std::optional<double> known_number(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.constant(id);
  if (!tensor || tensor->type != DataType::kFloat || tensor->floats.size() != 1) return std::nullopt;
  return double{tensor->floats.front()};
}

bool is_nearly(double value, double expected) {
  // Two roundings to float32, each by at most 2^-24.
  return std::abs(value - expected) <= 0x1p-23 * std::abs(expected);
}

std::optional<OperandAndNumber> operand_and_number(const Graph& graph, const Node& binary) {
  const ValueId left = binary.inputs[0], right = binary.inputs[1];
  if (const auto number = known_number(graph, right); number && !graph.constant(left))
    return OperandAndNumber{left, *number, false};
  if (const auto number = known_number(graph, left); number && !graph.constant(right))
    return OperandAndNumber{right, *number, true};
  return std::nullopt;
}

}  // namespace nawq::graph
