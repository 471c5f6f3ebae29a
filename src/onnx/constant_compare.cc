// Comparison, logic, selection and remainders: shape arithmetic on constants, refused on run-time data.
#include <array>

#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

using graph::DataType;
using graph::Tensor;

// Element of each operand under the element of a broadcast result, walked in row-major order.
template <std::size_t operand_count>
class BroadcastWalk {
 public:
  BroadcastWalk(const graph::Shape& out, const std::array<const graph::Shape*, operand_count>& shapes)
      : out_(out), position_(out.size(), 0) {
    for (std::size_t o = 0; o < operand_count; ++o) {
      strides_[o].assign(out.size(), 0);
      const auto own = graph::row_major_strides(*shapes[o]);
      const std::size_t lead = out.size() - own.size();
      for (std::size_t i = 0; i < own.size(); ++i) strides_[o][lead + i] = (*shapes[o])[i] == 1 ? 0 : own[i];
    }
  }

  std::size_t operator[](std::size_t operand) const { return static_cast<std::size_t>(at_[operand]); }

  void next() {
    for (std::size_t i = out_.size(); i-- > 0;) {
      const bool wraps = ++position_[i] == out_[i];
      for (std::size_t o = 0; o < operand_count; ++o) at_[o] += strides_[o][i] * (wraps ? 1 - out_[i] : 1);
      if (!wraps) return;
      position_[i] = 0;
    }
  }

 private:
  graph::Shape out_;
  std::vector<std::int64_t> position_;
  std::array<std::vector<std::int64_t>, operand_count> strides_;
  std::array<std::int64_t, operand_count> at_{};
};

struct Pair {
  Operand a, b;
  graph::Shape shape;
  std::int64_t count = 0;
};

Result<Pair> read_pair(NodeImport& node, DataType result_type) {
  Pair pair;
  NAWQ_TRY(pair.a, node.constant(0, "operand"));
  NAWQ_TRY(pair.b, node.constant(1, "operand"));
  if (pair.a.type != pair.b.type)
    return fail(ErrorKind::kModel, concat("operands are of different types, ", graph::to_text(pair.a.type),
                                          " and ", graph::to_text(pair.b.type)));
  NAWQ_TRY(pair.shape, graph::broadcast(pair.a.shape, pair.b.shape));
  NAWQ_TRY(pair.count, graph::element_count(pair.shape));
  NAWQ_CHECK(node.reserve(result_type, pair.count));
  return pair;
}

// function(a[i], b[i]) of every pair as an integer tensor of `type`.
template <class Number, class Function>
Operands map_pairs(const Pair& pair, DataType type, const std::vector<Number>& a,
                   const std::vector<Number>& b, Function function) {
  Tensor out{type, pair.shape, {}, {}};
  BroadcastWalk<2> walk(pair.shape, {&pair.a.shape, &pair.b.shape});
  for (std::int64_t i = 0; i < pair.count; ++i, walk.next())
    out.ints.push_back(function(a[walk[0]], b[walk[1]]));
  return {constant_operand(std::move(out))};
}

template <class Number>
bool compare(std::string_view op_type, Number a, Number b) {
  if (op_type == "Equal") return a == b;
  if (op_type == "Less") return a < b;
  if (op_type == "LessOrEqual") return a <= b;
  return op_type == "Greater" ? a > b : a >= b;
}

std::int64_t remainder(std::int64_t a, std::int64_t b, bool sign_of_dividend) {
  if (b == -1) return 0;  // INT64_MIN % -1 overflows
  const std::int64_t rest = a % b;
  return !sign_of_dividend && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class Number>
std::vector<Number> selected(const graph::Shape& shape, std::int64_t count, const Operand& condition,
                             const Operand& x, const Operand& y, const std::vector<Number>& xs,
                             const std::vector<Number>& ys) {
  std::vector<Number> out;
  BroadcastWalk<3> walk(shape, {&condition.shape, &x.shape, &y.shape});
  for (std::int64_t i = 0; i < count; ++i, walk.next())
    out.push_back(condition.constant->ints[walk[0]] ? xs[walk[1]] : ys[walk[2]]);
  return out;
}

}  // namespace

Result<Operands> import_compare(NodeImport& node) {
  NAWQ_TRY(const Pair pair, read_pair(node, DataType::kBool));
  const auto function = [&](auto a, auto b) { return compare(node.op_type(), a, b) ? 1 : 0; };
  if (pair.a.type == DataType::kFloat)
    return map_pairs(pair, DataType::kBool, pair.a.constant->floats, pair.b.constant->floats, function);
  return map_pairs(pair, DataType::kBool, pair.a.constant->ints, pair.b.constant->ints, function);
}

Result<Operands> import_logic(NodeImport& node) {
  NAWQ_TRY(const Pair pair, read_pair(node, DataType::kBool));
  if (pair.a.type != DataType::kBool) return fail(ErrorKind::kModel, "operands are not bool");
  const auto function = [&](std::int64_t a, std::int64_t b) {
    return node.op_type() == "And" ? a & b : node.op_type() == "Or" ? a | b : a ^ b;
  };
  return map_pairs(pair, DataType::kBool, pair.a.constant->ints, pair.b.constant->ints, function);
}

Result<Operands> import_not(NodeImport& node) {
  NAWQ_TRY(const Operand x, node.constant(0, "operand"));
  if (x.type != DataType::kBool) return fail(ErrorKind::kModel, "operand is not bool");
  NAWQ_CHECK(node.reserve(x.type, x.constant->size()));
  Tensor out = *x.constant;
  for (std::int64_t& flag : out.ints) flag = 1 - flag;
  return Operands{constant_operand(std::move(out))};
}

Result<Operands> import_where(NodeImport& node) {
  NAWQ_TRY(const Operand condition, node.constant(0, "condition"));
  NAWQ_TRY(const Operand x, node.constant(1, "operand"));
  NAWQ_TRY(const Operand y, node.constant(2, "operand"));
  if (condition.type != DataType::kBool || x.type != y.type)
    return fail(ErrorKind::kModel,
                concat("operands of types ", graph::to_text(condition.type), ", ", graph::to_text(x.type),
                       ", ", graph::to_text(y.type), " are not supported"));
  NAWQ_TRY(const graph::Shape either, graph::broadcast(x.shape, y.shape));
  NAWQ_TRY(const graph::Shape shape, graph::broadcast(condition.shape, either));
  NAWQ_TRY(const std::int64_t count, graph::element_count(shape));
  NAWQ_CHECK(node.reserve(x.type, count));
  Tensor out{x.type, shape, {}, {}};
  if (x.type == DataType::kFloat)
    out.floats = selected(shape, count, condition, x, y, x.constant->floats, y.constant->floats);
  else
    out.ints = selected(shape, count, condition, x, y, x.constant->ints, y.constant->ints);
  return Operands{constant_operand(std::move(out))};
}

Result<Operands> import_mod(NodeImport& node) {
  NAWQ_TRY(const bool sign_of_dividend, node.attributes().flag("fmod", false));
  NAWQ_TRY(const Pair pair, read_pair(node, DataType::kInt));
  if (pair.a.type != DataType::kInt) return fail(ErrorKind::kModel, "operands are not integers");
  for (const std::int64_t divisor : pair.b.constant->ints)
    if (divisor == 0) return fail(ErrorKind::kModel, "remainder of a division by zero");
  return map_pairs(pair, DataType::kInt, pair.a.constant->ints, pair.b.constant->ints,
                   [&](std::int64_t a, std::int64_t b) { return remainder(a, b, sign_of_dividend); });
}

Result<Operands> import_non_zero(NodeImport& node) {
  NAWQ_TRY(const Operand x, node.constant(0, "operand"));
  const std::int64_t count = x.constant->size();
  NAWQ_CHECK(node.reserve(DataType::kInt, count * std::max<std::int64_t>(x.rank(), 1)));
  const auto strides = graph::row_major_strides(x.shape);
  std::vector<std::int64_t> found;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (x.type == DataType::kFloat ? x.constant->floats[at] != 0 : x.constant->ints[at] != 0)
      found.push_back(i);
  }
  Tensor out = graph::int_tensor({x.rank(), static_cast<std::int64_t>(found.size())}, {});
  for (std::size_t axis = 0; axis < strides.size(); ++axis)
    for (const std::int64_t index : found) out.ints.push_back(index / strides[axis] % x.shape[axis]);
  return Operands{constant_operand(std::move(out))};
}

}  // namespace nawq::onnx
