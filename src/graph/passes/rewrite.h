// Owns: the words that passes are written in: who makes and who reads a value, redirecting readers, inserting
// nodes, numbers held by constants. A rewrite leaves its old nodes behind, dead; Links does not see them and
// remove_dead sweeps them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace nawq::graph {

using NodeIndex = std::size_t;  // into Graph::nodes
inline constexpr NodeIndex kNoNode = std::numeric_limits<NodeIndex>::max();

// Makers and readers of every value at the moment of construction. Nodes that do not contribute to the
// graph's output are not counted.
class Links {
 public:
  explicit Links(const Graph& graph);

  bool is_live(NodeIndex node) const { return live_[node]; }
  // The node that makes a value; kNoNode for the input and for constants.
  NodeIndex maker(ValueId id) const { return makers_[static_cast<std::size_t>(id)]; }
  // Nodes that read a value, once per operand.
  std::span<const NodeIndex> readers(ValueId id) const {
    const auto i = static_cast<std::size_t>(id);
    return std::span(readers_).subspan(first_reader_[i], first_reader_[i + 1] - first_reader_[i]);
  }
  // The node that alone reads a value; kNoNode when several do or none. Nothing live reads the graph's
  // output.
  NodeIndex only_reader(ValueId id) const;

 private:
  void find_makers_and_live(const Graph& graph);
  void find_readers(const Graph& graph);

  std::vector<bool> live_;
  std::vector<NodeIndex> makers_;
  std::vector<NodeIndex> readers_;         // of value 0, then of value 1, ...
  std::vector<std::size_t> first_reader_;  // of each value in readers_, and the end
};

// The node that makes `id` where it is a T; null otherwise.
template <class T>
const Node* made_by(const Graph& graph, const Links& links, ValueId id) {
  const NodeIndex maker = links.maker(id);
  if (maker == kNoNode || !graph.nodes[maker].as<T>()) return nullptr;
  return &graph.nodes[maker];
}

// As made_by, where the node is a Unary or Binary of one kind.
const Node* made_by_unary(const Graph& graph, const Links& links, ValueId id, UnaryKind kind);
const Node* made_by_binary(const Graph& graph, const Links& links, ValueId id, BinaryKind kind);

// Every reader of `from` reads `to` instead. Where `from` is the graph's output, `to` takes its name as well.
void replace_uses(Graph& graph, ValueId from, ValueId to);

// Makes the last node in graph.nodes the one at `position`; the nodes from there on move up by one.
void move_last_node_to(Graph& graph, NodeIndex position);

// Adds a node with one output before the node at `position`.
Result<ValueId> insert_node(Graph& graph, NodeIndex position, std::string name, Op op,
                            std::vector<ValueId> inputs);

// The only element of a float constant.
std::optional<double> known_number(const Graph& graph, ValueId id);

// True where they differ by no more than the rounding of constants to float32 explains.
bool is_nearly(double value, double expected);

// Of the two operands of a Binary, the one that is computed and the number on the other side.
struct OperandAndNumber {
  ValueId operand = kNoValue;
  double number = 0;
  bool number_is_left = false;
};
std::optional<OperandAndNumber> operand_and_number(const Graph& graph, const Node& binary);

// Calls step(graph, links, node_index) -> Result<bool>, true where it changed the graph, for every live node
// in order, and counts the changes. Nodes that a step inserts before its own may be visited again.
template <class Step>
Result<int> rewrite_each(Graph& graph, Step step) {
  int rewrites = 0;
  Links links(graph);
  for (NodeIndex i = 0; i < graph.nodes.size(); ++i) {
    if (!links.is_live(i)) continue;
    NAWQ_TRY(const bool changed, step(graph, links, i));
    if (!changed) continue;
    ++rewrites;
    links = Links(graph);
  }
  return rewrites;
}

// As rewrite_each, last node first. The step must not insert nodes.
template <class Step>
Result<int> rewrite_each_backwards(Graph& graph, Step step) {
  int rewrites = 0;
  Links links(graph);
  for (NodeIndex i = graph.nodes.size(); i-- > 0;) {
    if (!links.is_live(i)) continue;
    NAWQ_TRY(const bool changed, step(graph, links, i));
    if (!changed) continue;
    ++rewrites;
    links = Links(graph);
  }
  return rewrites;
}

}  // namespace nawq::graph
