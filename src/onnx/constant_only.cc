// Operators that vanish when the size is known: they name a value, ask for a shape, or exist for constants
// only.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "onnx/names.h"
#include "onnx/operators.h"
#include "onnx/tensor_import.h"

namespace nawq::onnx {
namespace {

using graph::DataType;
using graph::Tensor;

// A real number cut towards zero, when 64 bits hold it.
Result<std::int64_t> truncated(float number) {
  if (!(std::fabs(number) < 0x1p63f)) return fail(ErrorKind::kModel, concat(number, " is no 64-bit integer"));
  return static_cast<std::int64_t>(number);
}

Status check_range(const Tensor& tensor, std::int64_t onnx_type) {
  std::int64_t lowest = INT64_MIN, highest = INT64_MAX;
  switch (onnx_type) {
    case ::onnx::TensorProto::INT32:
      lowest = INT32_MIN, highest = INT32_MAX;
      break;
    case ::onnx::TensorProto::INT16:
      lowest = INT16_MIN, highest = INT16_MAX;
      break;
    case ::onnx::TensorProto::INT8:
      lowest = INT8_MIN, highest = INT8_MAX;
      break;
    case ::onnx::TensorProto::UINT32:
      lowest = 0, highest = UINT32_MAX;
      break;
    case ::onnx::TensorProto::UINT16:
      lowest = 0, highest = UINT16_MAX;
      break;
    case ::onnx::TensorProto::UINT8:
      lowest = 0, highest = UINT8_MAX;
      break;
    default:
      break;
  }
  for (const std::int64_t number : tensor.ints)
    if (number < lowest || number > highest)
      return fail(ErrorKind::kModel, concat(number, " does not fit in ", data_type_text(onnx_type)));
  return {};
}

Result<Tensor> cast_constant(const Tensor& from, std::int64_t onnx_type, DataType to) {
  Tensor cast{to, from.shape, {}, {}};
  for (const std::int64_t number : from.ints) {
    if (to == DataType::kFloat)
      cast.floats.push_back(static_cast<float>(number));
    else
      cast.ints.push_back(to == DataType::kBool ? number != 0 : number);
  }
  for (const float number : from.floats) {
    if (to == DataType::kBool) {
      cast.ints.push_back(number != 0);
    } else {
      NAWQ_TRY(const std::int64_t whole, truncated(number));
      cast.ints.push_back(whole);
    }
  }
  NAWQ_CHECK(check_range(cast, onnx_type));
  return cast;
}

Result<Tensor> constant_tensor(NodeImport& node) {
  const Attributes& attributes = node.attributes();
  if (attributes.has("value_float")) {
    NAWQ_TRY(const float number, attributes.real("value_float", 0));
    return graph::float_tensor({}, {number});
  }
  if (attributes.has("value_int")) {
    NAWQ_TRY(const std::int64_t number, attributes.integer("value_int", 0));
    return graph::int_tensor({}, {number});
  }
  NAWQ_TRY(const auto reals, attributes.reals("value_floats"));
  if (reals) return graph::float_tensor({static_cast<std::int64_t>(reals->size())}, *reals);
  NAWQ_TRY(const auto integers, attributes.integers("value_ints"));
  if (integers) return graph::int_vector(*integers);
  NAWQ_TRY(const auto* proto, attributes.tensor("value"));
  if (!proto) return fail(ErrorKind::kModel, "attribute 'value' is missing");
  return import_tensor(*proto, node.file().folder);
}

struct RangeOperands {
  Operand start, limit, delta;
};

Result<RangeOperands> read_range(NodeImport& node) {
  RangeOperands read;
  NAWQ_TRY(read.start, node.constant(0, "start"));
  NAWQ_TRY(read.limit, node.constant(1, "limit"));
  NAWQ_TRY(read.delta, node.constant(2, "delta"));
  for (const Operand* operand : {&read.start, &read.limit, &read.delta})
    if (operand->constant->size() != 1 || operand->type != read.start.type ||
        operand->type == DataType::kBool)
      return fail(ErrorKind::kModel, "start, limit and delta are not three numbers of one type");
  return read;
}

Result<Operands> range_of_integers(NodeImport& node, std::int64_t start, std::int64_t limit,
                                   std::int64_t delta) {
  std::int64_t distance = 0;
  if (delta == 0 || delta == INT64_MIN || __builtin_sub_overflow(limit, start, &distance) ||
      distance == INT64_MIN)
    return fail(ErrorKind::kModel,
                concat("range of ", start, " to ", limit, " by ", delta, " is not supported"));
  const std::int64_t ahead = delta > 0 ? distance : -distance, step = delta > 0 ? delta : -delta;
  const std::int64_t count = ahead > 0 ? (ahead - 1) / step + 1 : 0;
  NAWQ_CHECK(node.reserve(DataType::kInt, count));
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(start + i * delta);
  return Operands{constant_operand(graph::int_vector(std::move(numbers)))};
}

Result<Operands> range_of_reals(NodeImport& node, float start, float limit, float delta) {
  const double count = std::ceil((double{limit} - double{start}) / double{delta});
  if (!(std::fabs(count) < 0x1p31))
    return fail(ErrorKind::kModel,
                concat("range of ", start, " to ", limit, " by ", delta, " is not supported"));
  const auto length = std::max<std::int64_t>(static_cast<std::int64_t>(count), 0);
  NAWQ_CHECK(node.reserve(DataType::kFloat, length));
  std::vector<float> numbers;
  for (std::int64_t i = 0; i < length; ++i) numbers.push_back(start + static_cast<float>(i) * delta);
  return Operands{constant_operand(graph::float_tensor({length}, std::move(numbers)))};
}

}  // namespace

Result<Operands> import_identity(NodeImport& node) { return single(node.input(0)); }

Result<Operands> import_dropout(NodeImport& node) {
  NAWQ_TRY(Operand x, node.input(0));
  if (node.has_input(2)) {
    NAWQ_TRY(const Operand training_mode, node.constant(2, "training_mode"));
    if (std::ranges::any_of(training_mode.constant->ints, [](std::int64_t flag) { return flag != 0; }))
      return tl::unexpected<Error>(unsupported_value("training_mode", "true"));
  }
  return Operands{std::move(x)};
}

Result<Operands> import_cast(NodeImport& node) {
  NAWQ_TRY(const std::int64_t onnx_type, node.attributes().integer("to", 0));
  const std::optional<DataType> to = widened_type(onnx_type);
  if (!to) return tl::unexpected<Error>(unsupported_value("to", data_type_text(onnx_type)));
  NAWQ_TRY(const Operand x, node.input(0));
  if (x.type == DataType::kFloat && *to == DataType::kFloat) return Operands{x};
  if (!x.is_constant())
    return fail(ErrorKind::kModel, concat("casting data that is computed at run time to ",
                                          data_type_text(onnx_type), " is not supported"));
  NAWQ_CHECK(node.reserve(*to, x.constant->size()));
  NAWQ_TRY(Tensor cast, cast_constant(*x.constant, onnx_type, *to));
  return Operands{constant_operand(std::move(cast))};
}

Result<Operands> import_constant(NodeImport& node) {
  const auto parsed = node.file().node_tensors.find(&node.proto());
  if (parsed != node.file().node_tensors.end()) {
    Operand constant = constant_operand({}, parsed->second);
    constant.stored_type = node.file().stored_type(*parsed->second);
    return Operands{std::move(constant)};
  }
  NAWQ_TRY(Tensor tensor, constant_tensor(node));
  return Operands{constant_operand(std::move(tensor))};
}

Result<Operands> import_constant_of_shape(NodeImport& node) {
  Tensor value = graph::float_tensor({1}, {0});
  NAWQ_TRY(const auto* proto, node.attributes().tensor("value"));
  if (proto) {
    NAWQ_TRY(value, import_tensor(*proto, node.file().folder));
  }
  if (value.size() != 1) return fail(ErrorKind::kModel, "attribute 'value' is not one number");
  NAWQ_TRY(value.shape, node.constant_integers(0, "shape"));
  if (std::ranges::any_of(value.shape, [](std::int64_t dim) { return dim < 0 || dim > kLargestDim; }))
    return fail(ErrorKind::kModel, concat("shape ", graph::to_text(value.shape), " is not supported"));
  NAWQ_TRY(const std::int64_t count, graph::element_count(value.shape));
  NAWQ_CHECK(node.reserve(value.type, count));
  if (value.type == DataType::kFloat)
    value.floats.assign(static_cast<std::size_t>(count), float{value.floats.front()});
  else
    value.ints.assign(static_cast<std::size_t>(count), std::int64_t{value.ints.front()});
  return Operands{constant_operand(std::move(value))};
}

Result<Operands> import_shape(NodeImport& node) {
  NAWQ_TRY(std::int64_t start, node.attributes().integer("start", 0));
  NAWQ_TRY(std::int64_t end, node.attributes().integer("end", INT64_MAX));
  NAWQ_TRY(const Operand x, node.input(0));
  start = std::clamp<std::int64_t>(start < 0 ? start + x.rank() : start, 0, x.rank());
  end = std::clamp<std::int64_t>(end < 0 ? end + x.rank() : end, start, x.rank());
  return Operands{constant_operand(graph::int_vector({x.shape.begin() + start, x.shape.begin() + end}))};
}

Result<Operands> import_size(NodeImport& node) {
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(const std::int64_t count, graph::element_count(x.shape));
  return Operands{constant_operand(graph::int_tensor({}, {count}))};
}

Result<Operands> import_range(NodeImport& node) {
  NAWQ_TRY(const RangeOperands read, read_range(node));
  const Tensor &start = *read.start.constant, &limit = *read.limit.constant, &delta = *read.delta.constant;
  if (start.type == DataType::kInt)
    return range_of_integers(node, start.ints.front(), limit.ints.front(), delta.ints.front());
  return range_of_reals(node, start.floats.front(), limit.floats.front(), delta.floats.front());
}

}  // namespace nawq::onnx
