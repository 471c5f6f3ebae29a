#include "plan/vector_math.h"

#include "base/text.h"

namespace nawq::plan {
namespace {

tl::unexpected<Error> refuse(const graph::Node& node) {
  return fail(ErrorKind::kModel,
              concat(graph::node_text(node), ": the engine cannot do this on a picture of 1 x 1"));
}

// One number, or one for every channel.
Result<std::vector<float>> numbers(const graph::Node& node, const graph::Tensor& constant,
                                   std::int32_t channels) {
  if (constant.floats.size() == 1 || constant.floats.size() == static_cast<std::size_t>(channels))
    return constant.floats;
  return refuse(node);
}

Status linear(const graph::Node& node, const ValueMap& values, VectorMath& math) {
  const graph::Tensor* weights = values.graph().constant(node.inputs[1]);
  const graph::Tensor* bias = node.inputs.size() > 2 ? values.graph().constant(node.inputs[2]) : nullptr;
  const bool is_matrix = weights && weights->shape[2] == 1 && weights->shape[3] == 1;
  if (!is_matrix || node.as<graph::Conv>()->groups != 1) return refuse(node);
  math.kind = VectorKind::kLinear;
  math.a = values.vector(node.inputs[0]);
  math.weights = weights->floats;
  math.bias = bias ? bias->floats : std::vector<float>(static_cast<std::size_t>(weights->shape[0]), 0.0f);
  return {};
}

Status unary(const graph::Node& node, const graph::Unary& op, const ValueMap& values, VectorMath& math) {
  math.a = values.vector(node.inputs[0]);
  math.alpha = op.alpha;
  math.beta = op.beta;
  math.kind = VectorKind::kFunction;
  switch (op.kind) {
    case graph::UnaryKind::kRelu:
      math.kind = VectorKind::kRelu;
      return {};
    case graph::UnaryKind::kLeakyRelu:
      math.kind = VectorKind::kSlope;
      math.weights = {op.alpha};
      return {};
    case graph::UnaryKind::kClip:
      math.kind = VectorKind::kClip;
      return {};
    case graph::UnaryKind::kSigmoid:
      math.function = Function::kSigmoid;
      return {};
    case graph::UnaryKind::kTanh:
      math.function = Function::kTanh;
      return {};
    case graph::UnaryKind::kHardSigmoid:
      math.function = Function::kHardSigmoid;
      return {};
    case graph::UnaryKind::kHardSwish:
      math.function = Function::kHardSwish;
      math.alpha = 1.0f / 6.0f;
      math.beta = 0.5f;
      return {};
    case graph::UnaryKind::kGelu:
      math.function = Function::kGelu;
      return {};
    default:
      return refuse(node);
  }
}

Status binary(const graph::Node& node, graph::BinaryKind kind, const ValueMap& values, VectorMath& math) {
  math.kind = kind == graph::BinaryKind::kAdd   ? VectorKind::kAdd
              : kind == graph::BinaryKind::kSub ? VectorKind::kSubtract
                                                : VectorKind::kMultiply;
  if (kind != graph::BinaryKind::kAdd && kind != graph::BinaryKind::kSub && kind != graph::BinaryKind::kMul)
    return refuse(node);
  math.a = values.vector(node.inputs[0]);
  math.b = values.vector(node.inputs[1]);
  const graph::Tensor* constant = values.graph().constant(node.inputs[1]);
  if (math.a < 0 && kind != graph::BinaryKind::kSub) {
    std::swap(math.a, math.b);
    constant = values.graph().constant(node.inputs[0]);
  }
  if (math.a < 0 || (math.b < 0 && !constant)) return refuse(node);
  if (math.b < 0) {
    NAWQ_TRY(math.weights, numbers(node, *constant, values.channels(node.outputs[0])));
  }
  return {};
}

Status prelu(const graph::Node& node, const ValueMap& values, VectorMath& math) {
  const graph::Tensor* slopes = values.graph().constant(node.inputs[1]);
  if (!slopes) return refuse(node);
  math.kind = VectorKind::kSlope;
  math.a = values.vector(node.inputs[0]);
  NAWQ_TRY(math.weights, numbers(node, *slopes, values.channels(node.outputs[0])));
  return {};
}

}  // namespace

Status add_vector_math(const graph::Node& node, ValueMap& values, Program& program) {
  VectorMath math;
  if (node.as<graph::Conv>()) {
    NAWQ_CHECK(linear(node, values, math));
  } else if (const auto* op = node.as<graph::Unary>()) {
    NAWQ_CHECK(unary(node, *op, values, math));
  } else if (const auto* pair = node.as<graph::Binary>()) {
    NAWQ_CHECK(binary(node, pair->kind, values, math));
  } else if (node.as<graph::PRelu>()) {
    NAWQ_CHECK(prelu(node, values, math));
  } else if (is_channel_concat(node) && node.inputs.size() == 2) {
    math.kind = VectorKind::kConcat;
    math.a = values.vector(node.inputs[0]);
    math.b = values.vector(node.inputs[1]);
  } else {
    return refuse(node);
  }
  if (math.a < 0) return refuse(node);
  math.out = values.add_vector(node.outputs[0]);
  Operation operation = operation_of(std::move(math));
  operation.name = node.name;
  if (node.as<graph::Conv>()) operation.macs_per_pixel = graph::macs(values.graph(), node);
  program.operations.push_back(std::move(operation));
  return {};
}

Status add_vector_rounding(graph::ValueId value, ValueMap& values, Program& program) {
  if (!values.is_rounded(value)) return {};
  VectorMath math;
  math.kind = VectorKind::kRound;
  math.a = values.vector(value);
  NAWQ_TRY(math.rounding, values.only_format(value));
  math.out = values.add_vector(value);
  Operation operation = operation_of(std::move(math));
  operation.name = concat(values.graph().value(value).name, ".codes");
  program.operations.push_back(std::move(operation));
  return {};
}

}  // namespace nawq::plan
