// Activations and arithmetic, element by element.
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

using graph::BinaryKind;
using graph::DataType;
using graph::UnaryKind;

constexpr auto kUnaryKinds =
    std::to_array<std::pair<std::string_view, UnaryKind>>({{"Relu", UnaryKind::kRelu},
                                                           {"Sigmoid", UnaryKind::kSigmoid},
                                                           {"HardSwish", UnaryKind::kHardSwish},
                                                           {"Tanh", UnaryKind::kTanh},
                                                           {"Erf", UnaryKind::kErf},
                                                           {"Softplus", UnaryKind::kSoftplus},
                                                           {"Sqrt", UnaryKind::kSqrt},
                                                           {"Exp", UnaryKind::kExp},
                                                           {"Log", UnaryKind::kLog},
                                                           {"Neg", UnaryKind::kNeg},
                                                           {"Abs", UnaryKind::kAbs},
                                                           {"Reciprocal", UnaryKind::kReciprocal},
                                                           {"Floor", UnaryKind::kFloor},
                                                           {"Ceil", UnaryKind::kCeil},
                                                           {"Round", UnaryKind::kRound},
                                                           {"LeakyRelu", UnaryKind::kLeakyRelu},
                                                           {"Elu", UnaryKind::kElu},
                                                           {"HardSigmoid", UnaryKind::kHardSigmoid}});

constexpr auto kBinaryKinds =
    std::to_array<std::pair<std::string_view, BinaryKind>>({{"Add", BinaryKind::kAdd},
                                                            {"Sub", BinaryKind::kSub},
                                                            {"Mul", BinaryKind::kMul},
                                                            {"Div", BinaryKind::kDiv},
                                                            {"Pow", BinaryKind::kPow},
                                                            {"Min", BinaryKind::kMin},
                                                            {"Max", BinaryKind::kMax},
                                                            {"Sum", BinaryKind::kAdd},
                                                            {"Mean", BinaryKind::kAdd}});

template <class Kinds>
auto kind_of(const Kinds& kinds, std::string_view op_type) {
  for (const auto& [name, kind] : kinds)
    if (name == op_type) return kind;
  return kinds.front().second;
}

// Pow may have an integer exponent under a real base.
Operand as_real(const Operand& operand) {
  if (operand.type != DataType::kInt || !operand.is_constant()) return operand;
  graph::Tensor tensor = graph::float_tensor(operand.shape, {});
  for (const std::int64_t number : operand.constant->ints)
    tensor.floats.push_back(static_cast<float>(number));
  return constant_operand(operand.name, std::make_shared<const graph::Tensor>(std::move(tensor)));
}

// Clip on integers: shape arithmetic, kept exact.
Result<Operands> clip_integers(NodeImport& node, Operand x) {
  static constexpr std::pair<std::size_t, BinaryKind> kSides[] = {{1, BinaryKind::kMax},
                                                                  {2, BinaryKind::kMin}};
  for (const auto& [index, kind] : kSides) {
    if (!node.has_input(index)) continue;
    NAWQ_TRY(const Operand bound, node.constant(index, index == 1 ? "min" : "max"));
    NAWQ_TRY(x, node.emit(graph::Binary{kind}, {x, bound}));
  }
  return Operands{std::move(x)};
}

}  // namespace

Result<Operands> import_unary(NodeImport& node) {
  NAWQ_TRY(const Operand x, node.input(0));
  return single(node.emit(graph::Unary{kind_of(kUnaryKinds, node.op_type()), 0, 0}, {x}));
}

Result<Operands> import_activation(NodeImport& node) {
  graph::Unary op{kind_of(kUnaryKinds, node.op_type()), 0, 0};
  const float usual_alpha = op.kind == UnaryKind::kLeakyRelu ? 0.01f
                            : op.kind == UnaryKind::kElu     ? 1.0f
                                                             : 0.2f;
  NAWQ_TRY(op.alpha, node.attributes().real("alpha", usual_alpha));
  NAWQ_TRY(op.beta, node.attributes().real("beta", op.kind == UnaryKind::kHardSigmoid ? 0.5f : 0.0f));
  NAWQ_TRY(const Operand x, node.input(0));
  return single(node.emit(op, {x}));
}

Result<Operands> import_gelu(NodeImport& node) {
  NAWQ_TRY(const std::string approximate, node.attributes().text("approximate", "none"));
  const bool is_tanh = approximate == "tanh";
  if (!is_tanh && approximate != "none")
    return tl::unexpected<Error>(unsupported_value("approximate", approximate));
  NAWQ_TRY(const Operand x, node.input(0));
  const UnaryKind kind = is_tanh ? UnaryKind::kGeluTanh : UnaryKind::kGelu;
  return single(node.emit(graph::Unary{kind, 0, 0}, {x}));
}

Result<Operands> import_clip(NodeImport& node) {
  graph::Unary op{UnaryKind::kClip, 0, 0};
  NAWQ_TRY(op.alpha, node.attributes().real("min", std::numeric_limits<float>::lowest()));
  NAWQ_TRY(op.beta, node.attributes().real("max", std::numeric_limits<float>::max()));
  NAWQ_TRY(Operand x, node.input(0));
  if (x.type == DataType::kInt) return clip_integers(node, std::move(x));
  if (node.has_input(1)) {
    NAWQ_TRY(op.alpha, node.constant_real(1, "min"));
  }
  if (node.has_input(2)) {
    NAWQ_TRY(op.beta, node.constant_real(2, "max"));
  }
  if (!(op.alpha <= op.beta))
    return fail(ErrorKind::kModel, concat("min=", op.alpha, " above max=", op.beta, " is not supported"));
  return single(node.emit(op, {x}));
}

Result<Operands> import_prelu(NodeImport& node) {
  NAWQ_TRY(const Operand slope, node.constant(1, "slope"));
  NAWQ_TRY(const Operand x, node.input(0));
  if (slope.type != DataType::kFloat) return fail(ErrorKind::kModel, "slope is not float");
  graph::Tensor shaped = *slope.constant;
  const bool is_one = shaped.size() == 1;
  const bool is_per_channel = x.rank() == 4 && slope.rank() >= 3 && shaped.size() == x.shape[1] &&
                              slope.shape[slope.shape.size() - 3] == x.shape[1];
  if (!is_one && !is_per_channel)
    return fail(ErrorKind::kModel,
                concat("slope of shape ", graph::to_text(slope.shape), " for ", graph::to_text(x.shape),
                       " is not supported: one number a channel or one for all is"));
  shaped.shape = is_one ? graph::Shape{1} : graph::Shape{x.shape[1], 1, 1};
  if (shaped.shape == slope.shape) return single(node.emit(graph::PRelu{}, {x, slope}));
  const Operand reshaped =
      constant_operand(slope.name, std::make_shared<const graph::Tensor>(std::move(shaped)));
  return single(node.emit(graph::PRelu{}, {x, reshaped}));
}

Result<Operands> import_binary(NodeImport& node) {
  NAWQ_TRY(const Operand a, node.input(0));
  NAWQ_TRY(Operand b, node.input(1));
  if (node.op_type() == "Pow" && a.type == DataType::kFloat) b = as_real(b);
  return single(node.emit(graph::Binary{kind_of(kBinaryKinds, node.op_type())}, {a, b}));
}

Result<Operands> import_variadic(NodeImport& node) {
  NAWQ_TRY(const Operands inputs, node.all_inputs());
  const graph::Binary op{kind_of(kBinaryKinds, node.op_type())};
  Operand result = inputs.front();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const bool is_last = i + 1 == inputs.size() && node.op_type() != "Mean";
    NAWQ_TRY(result, node.emit(op, {result, inputs[i]}, is_last ? std::string() : concat("part", i)));
  }
  if (node.op_type() != "Mean" || inputs.size() == 1) return Operands{std::move(result)};
  const Operand count = constant_operand(graph::float_tensor({}, {static_cast<float>(inputs.size())}));
  return single(node.emit(graph::Binary{BinaryKind::kDiv}, {result, count}));
}

}  // namespace nawq::onnx
