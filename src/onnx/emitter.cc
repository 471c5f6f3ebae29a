#include "onnx/emitter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "graph/evaluate.h"
#include "onnx/tensor_import.h"

namespace nawq::onnx {
namespace {

using graph::DataType;
using graph::Op;
using graph::Shape;

template <class... Kinds>
bool is_any_of(const Op& op) {
  return (... || std::holds_alternative<Kinds>(op));
}

bool moves_elements_only(const Op& op) {
  return is_any_of<graph::Concat, graph::Split, graph::Slice, graph::Reshape, graph::Transpose,
                   graph::Expand>(op);
}

bool takes_integers(const Op& op) {
  if (const auto* unary = std::get_if<graph::Unary>(&op))
    return unary->kind == graph::UnaryKind::kNeg || unary->kind == graph::UnaryKind::kAbs;
  if (const auto* reduce = std::get_if<graph::Reduce>(&op)) return reduce->kind != graph::ReduceKind::kMean;
  if (const auto* pad = std::get_if<graph::Pad>(&op))
    return pad->mode != graph::PadMode::kConstant || pad->value == 0;
  return is_any_of<graph::Binary>(op) || moves_elements_only(op);
}

Status check_types(const Op& op, const Operands& inputs) {
  const DataType type = inputs.empty() ? DataType::kFloat : inputs.front().type;
  for (const Operand& input : inputs)
    if (input.type != type)
      return fail(ErrorKind::kModel, concat("operands are of different types, ", graph::to_text(type),
                                            " and ", graph::to_text(input.type)));
  const bool known =
      type == DataType::kFloat || (type == DataType::kInt ? takes_integers(op) : moves_elements_only(op));
  if (!known) return fail(ErrorKind::kModel, concat("data type ", graph::to_text(type), " is not supported"));
  return {};
}

Status check_dims(const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes)
    if (std::ranges::any_of(shape, [](std::int64_t dim) { return dim > kLargestDim; }))
      return fail(ErrorKind::kModel, concat("its result ", graph::to_text(shape), " is too large"));
  return {};
}

graph::Value as_value(const Operand& operand) {
  return {operand.name, operand.type, operand.shape, operand.constant};
}

std::int64_t product_depth(const Op& op, const Operands& inputs) {
  const bool is_product = std::holds_alternative<graph::MatMul>(op) && !inputs.front().shape.empty();
  return is_product ? std::max<std::int64_t>(inputs.front().shape.back(), 1) : 1;
}

}  // namespace

Status Emitter::reserve(DataType type, std::int64_t elements, std::int64_t steps) {
  const std::int64_t element_bytes = type == DataType::kFloat ? 4 : 8;
  if (elements > left_.bytes / element_bytes)
    return fail(ErrorKind::kModel,
                concat("its constant result is too large: all constants computed on load may take ",
                       bytes_text(static_cast<double>(budget_.bytes)), " for this file at this size"));
  if (steps > left_.steps)
    return fail(ErrorKind::kModel,
                "computing its constant result takes too long: over the limit for a file like this");
  left_.bytes -= elements * element_bytes;
  left_.steps -= steps;
  return {};
}

Status Emitter::reserve_outputs(const Op& op, const Operands& inputs, const std::vector<Shape>& shapes) {
  std::int64_t read = 0;
  for (const Operand& input : inputs) read += input.constant->size();
  const std::int64_t depth = product_depth(op, inputs);
  for (const Shape& shape : shapes) {
    NAWQ_TRY(const std::int64_t elements, graph::element_count(shape));
    std::int64_t steps = 0;
    if (__builtin_mul_overflow(elements, depth, &steps) || __builtin_add_overflow(steps, read, &steps))
      return fail(ErrorKind::kModel, "its constant result is too large");
    NAWQ_CHECK(reserve(inputs.front().type, elements, steps));
  }
  return {};
}

Result<Operands> Emitter::fold(const Op& op, const Operands& inputs, const std::vector<Shape>& shapes) {
  NAWQ_CHECK(reserve_outputs(op, inputs, shapes));
  std::vector<const graph::Tensor*> tensors;
  for (const Operand& input : inputs) tensors.push_back(input.constant.get());
  NAWQ_TRY(std::vector<graph::Tensor> results, graph::evaluate(op, tensors));
  Operands outputs;
  for (graph::Tensor& result : results)
    outputs.push_back(constant_operand({}, std::make_shared<const graph::Tensor>(std::move(result))));
  return outputs;
}

graph::ValueId Emitter::place(const Operand& operand) {
  if (!operand.is_constant()) return operand.value;
  const auto [entry, is_new] = placed_.try_emplace(operand.constant.get(), graph::kNoValue);
  if (is_new) entry->second = graph_.add_constant(operand.name, operand.constant);
  return entry->second;
}

std::string Emitter::unused_name(const std::string& wanted) {
  const std::int64_t earlier = names_[wanted]++;
  return earlier == 0 ? wanted : unused_name(concat(wanted, "~", earlier + 1));
}

graph::ValueId Emitter::add_input(const std::string& name, Shape shape) {
  value_names_.insert(name);
  return graph_.add_input(name, std::move(shape));
}

std::string Emitter::name_value(graph::ValueId id, const std::string& wanted) {
  std::string& name = graph_.value(id).name;
  if (name == wanted) return name;
  value_names_.erase(name);
  name = wanted;
  while (!value_names_.insert(name).second) name += concat("~", id);
  return name;
}

Result<Operands> Emitter::emit(const std::string& node_name, Op op, const Operands& inputs) {
  NAWQ_CHECK(check_types(op, inputs));
  std::vector<graph::Value> values;
  std::ranges::transform(inputs, std::back_inserter(values), as_value);
  std::vector<const graph::Value*> pointers;
  for (const graph::Value& value : values) pointers.push_back(&value);
  NAWQ_TRY(const std::vector<Shape> shapes, graph::infer_shapes(op, pointers));
  NAWQ_CHECK(check_dims(shapes));
  const bool all_known = !inputs.empty() && std::ranges::all_of(inputs, &Operand::is_constant);
  if (all_known && graph::can_evaluate(op)) return fold(op, inputs, shapes);

  for (const Shape& shape : shapes)
    if (std::ranges::find(shape, 0) != shape.end())
      return fail(ErrorKind::kModel, concat("its result ", graph::to_text(shape), " is empty"));
  if (!inputs.empty() && inputs.front().type != DataType::kFloat)
    return fail(ErrorKind::kModel,
                concat("data type ", graph::to_text(inputs.front().type), " is not supported"));
  std::vector<graph::ValueId> ids;
  for (const Operand& input : inputs) ids.push_back(place(input));
  NAWQ_TRY(const auto made, graph_.add_node(unused_name(node_name), std::move(op), std::move(ids)));
  NAWQ_CHECK(recipe_.add_node(graph_.nodes.back(), inputs));
  Operands outputs;
  for (const graph::ValueId id : made) {
    const std::string wanted = std::exchange(graph_.value(id).name, {});
    name_value(id, wanted);
    const graph::Value& value = graph_.value(id);
    outputs.push_back({value.name, value.type, value.shape, nullptr, id});
  }
  return outputs;
}

Result<Operand> Emitter::emit_single(const std::string& node_name, Op op, const Operands& inputs) {
  NAWQ_TRY(Operands outputs, emit(node_name, std::move(op), inputs));
  if (outputs.size() != 1)
    return fail(ErrorKind::kModel, concat("has ", outputs.size(), " results instead of one"));
  return std::move(outputs.front());
}

}  // namespace nawq::onnx
