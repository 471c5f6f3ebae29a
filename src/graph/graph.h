// Owns: a network at one input size. Every tensor has its shape, every attribute is a number, nodes are in an
// order in which they can run. Weights are shared, never copied, between graphs of different sizes.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/op.h"
#include "graph/tensor.h"

namespace nawq::graph {

using ValueId = std::int32_t;  // index into Graph::values
inline constexpr ValueId kNoValue = -1;

// A tensor that flows between nodes, or a constant.
struct Value {
  std::string name;
  DataType type = DataType::kFloat;
  Shape shape;
  std::shared_ptr<const Tensor> constant;  // null unless the value is known

  bool is_constant() const { return constant != nullptr; }
};

struct Node {
  std::string name;
  Op op;
  std::vector<ValueId> inputs, outputs;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&op);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&op);
  }
};

struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;
  ValueId input = kNoValue;   // [1,3,H,W] or [1,1,H,W]
  ValueId output = kNoValue;  // [1,3,sH,sW] or [1,1,sH,sW]
  // Names of values that are rounded to codes: what follows them is not to be folded into what makes them.
  std::set<std::string> rounded;

  const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }
  Value& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
  const Shape& shape(ValueId id) const { return value(id).shape; }
  // The tensor of a constant; null when the value is computed at run time.
  const Tensor* constant(ValueId id) const { return id == kNoValue ? nullptr : value(id).constant.get(); }

  bool is_rounded(ValueId id) const { return rounded.contains(value(id).name); }

  ValueId add_input(std::string name, Shape shape);
  ValueId add_constant(std::string name, Tensor tensor);
  ValueId add_constant(std::string name, std::shared_ptr<const Tensor> tensor);

  // Appends a node, inferring the shapes of its outputs. Errors name the node and its operator. A node with
  // several outputs (Split) names them "name:0", "name:1", ..., one with a single output gives it `name`.
  Result<std::vector<ValueId>> add_node(std::string name, Op op, std::vector<ValueId> inputs);
  Result<ValueId> add_single(std::string name, Op op, std::vector<ValueId> inputs);
};

// "node 'up_conv2' (Conv)": the way every message names a node.
std::string node_text(const Node& node);

// Shapes of the outputs of `op` on these operands, or why it cannot be applied to them. Data types: every
// operator keeps the type of its first input.
Result<std::vector<Shape>> infer_shapes(const Op& op, std::span<const Value* const> inputs);

// Checks every promise of this header: operands defined before use, each value made once, shapes as inferred,
// constants as large as their shapes, input and output present.
Status verify(const Graph& graph);

// One line a node: "%name [1,64,180,320] = Conv pads 1,1,1,1 (%x, w[64,3,3,3])".
std::string dump(const Graph& graph);

// Multiply-accumulates of a node, taps in the padding included; 0 for what is not a convolution or matrix
// product.
std::int64_t macs(const Graph& graph, const Node& node);

}  // namespace nawq::graph
