#include "graph/graph.h"

#include "base/text.h"

namespace nawq::graph {
namespace {

ValueId append(Graph& graph, Value value) {
  graph.values.push_back(std::move(value));
  return static_cast<ValueId>(graph.values.size() - 1);
}

}  // namespace

ValueId Graph::add_input(std::string name, Shape shape) {
  input = append(*this, {std::move(name), DataType::kFloat, std::move(shape), nullptr});
  return input;
}

ValueId Graph::add_constant(std::string name, Tensor tensor) {
  return add_constant(std::move(name), std::make_shared<const Tensor>(std::move(tensor)));
}

ValueId Graph::add_constant(std::string name, std::shared_ptr<const Tensor> tensor) {
  const Tensor& known = *tensor;
  return append(*this, {std::move(name), known.type, known.shape, std::move(tensor)});
}

Result<std::vector<ValueId>> Graph::add_node(std::string name, Op op, std::vector<ValueId> inputs) {
  std::vector<const Value*> operands;
  operands.reserve(inputs.size());
  for (const ValueId id : inputs) operands.push_back(&value(id));

  Node node{std::move(name), std::move(op), std::move(inputs), {}};
  auto shapes = infer_shapes(node.op, operands);
  if (!shapes) return tl::unexpected<Error>(with_context(shapes.error(), node_text(node)));
  const DataType type = operands.front()->type;  // read before append() can move the values

  for (std::size_t i = 0; i < shapes->size(); ++i) {
    std::string output_name = shapes->size() == 1 ? node.name : concat(node.name, ':', i);
    node.outputs.push_back(append(*this, {std::move(output_name), type, std::move((*shapes)[i]), nullptr}));
  }
  auto outputs = node.outputs;
  nodes.push_back(std::move(node));
  return outputs;
}

Result<ValueId> Graph::add_single(std::string name, Op op, std::vector<ValueId> inputs) {
  NAWQ_TRY(const auto outputs, add_node(std::move(name), std::move(op), std::move(inputs)));
  return outputs.front();
}

std::string node_text(const Node& node) { return concat("node '", node.name, "' (", op_name(node.op), ")"); }

std::int64_t macs(const Graph& graph, const Node& node) {
  const auto count = [&](ValueId id) { return element_count(graph.shape(id)).value_or(0); };
  if (node.as<Conv>()) {  // every output reads one filter
    const Shape& weights = graph.shape(node.inputs[1]);
    return count(node.outputs[0]) * weights[1] * weights[2] * weights[3];
  }
  if (node.as<ConvTranspose>()) {  // every input writes one filter
    const Shape& weights = graph.shape(node.inputs[1]);
    return count(node.inputs[0]) * weights[1] * weights[2] * weights[3];
  }
  if (node.as<MatMul>()) return count(node.outputs[0]) * graph.shape(node.inputs[0]).back();
  return 0;
}

}  // namespace nawq::graph
