// QuantizeLinear and DequantizeLinear: a pair on a computed value names it and its format, on a constant it
// is the constant that its codes stand for.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "onnx/names.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using graph::Tensor;
using ::onnx::TensorProto;

struct CodeType {
  std::int32_t stored_type;
  int bits;
  std::int64_t lowest, highest;
};

constexpr CodeType kCodeTypes[] = {{TensorProto::UINT8, 8, 0, 255},
                                   {TensorProto::INT8, 8, -128, 127},
                                   {TensorProto::UINT16, 16, 0, 65535},
                                   {TensorProto::INT16, 16, -32768, 32767}};

Result<CodeType> code_type(std::int64_t stored_type) {
  for (const CodeType& type : kCodeTypes)
    if (type.stored_type == stored_type) return type;
  return fail(ErrorKind::kModel, concat("codes of type ", data_type_text(stored_type), " are not supported"));
}

// The operands beside x. `stored_type` is 0 where no zero point tells it.
struct Parameters {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  std::int32_t stored_type = 0;
};

Result<std::vector<float>> read_scales(NodeImport& node) {
  NAWQ_TRY(const Operand scale, node.constant(1, "scale"));
  if (scale.type != graph::DataType::kFloat || scale.rank() > 1 || scale.constant->floats.empty())
    return fail(ErrorKind::kModel,
                concat("scale is ", graph::to_text(scale.type), graph::to_text(scale.shape),
                       ", not one number or a list of real numbers"));
  for (const float number : scale.constant->floats)
    if (!(number > 0) || !std::isfinite(number))
      return fail(ErrorKind::kModel, concat("scale ", number, " is not supported"));
  return scale.constant->floats;
}

Result<Parameters> read_parameters(NodeImport& node) {
  NAWQ_TRY(const std::int64_t block_size, node.attributes().integer("block_size", 0));
  if (block_size != 0) return tl::unexpected<Error>(unsupported_value("block_size", block_size));
  Parameters read;
  NAWQ_TRY(read.scales, read_scales(node));
  read.zero_points.assign(read.scales.size(), 0);
  if (!node.has_input(2)) return read;
  NAWQ_TRY(const Operand zero_point, node.constant(2, "zero point"));
  if (zero_point.type != graph::DataType::kInt || zero_point.stored_type == 0 ||
      zero_point.constant->ints.size() != read.scales.size())
    return fail(ErrorKind::kModel,
                concat("zero point is ", graph::to_text(zero_point.type), graph::to_text(zero_point.shape),
                       " for ", read.scales.size(), " scales"));
  read.zero_points = zero_point.constant->ints;
  read.stored_type = zero_point.stored_type;
  return read;
}

// Of a computed value: per tensor, its codes moved up to begin at 0.
Result<CodeFormat> format_of(const Parameters& parameters, const CodeType& type) {
  if (parameters.scales.size() != 1)
    return fail(ErrorKind::kModel, "a computed value with one scale a channel is not supported");
  return CodeFormat{type.bits, parameters.scales.front(),
                    static_cast<std::int32_t>(parameters.zero_points.front() - type.lowest)};
}

// Index into the scales of each element, for scales along `axis`.
struct ScaleIndex {
  std::size_t inner = 1, count = 1;
  std::size_t operator()(std::size_t position) const { return position / inner % count; }
};

Result<ScaleIndex> scale_index(const graph::Shape& shape, std::int64_t axis, std::size_t count) {
  if (count == 1) return ScaleIndex{};
  NAWQ_TRY(axis, normalized_axis(axis, static_cast<std::int64_t>(shape.size())));
  const auto at = static_cast<std::size_t>(axis);
  if (shape[at] != static_cast<std::int64_t>(count))
    return fail(ErrorKind::kModel,
                concat("has ", count, " scales for axis ", axis, " of ", graph::to_text(shape)));
  ScaleIndex index{1, count};
  for (std::size_t i = at + 1; i < shape.size(); ++i) index.inner *= static_cast<std::size_t>(shape[i]);
  return index;
}

Result<Operands> quantize_constant(NodeImport& node, const Operand& x, const Parameters& parameters,
                                   const CodeType& type) {
  NAWQ_TRY(const std::int64_t axis, node.attributes().integer("axis", 1));
  NAWQ_TRY(const ScaleIndex index, scale_index(x.shape, axis, parameters.scales.size()));
  NAWQ_CHECK(node.reserve(graph::DataType::kInt, x.constant->size()));
  Tensor codes = graph::int_tensor(x.shape, {});
  for (std::size_t i = 0; i < x.constant->floats.size(); ++i) {
    const std::size_t at = index(i);
    const double code = std::nearbyint(double{x.constant->floats[i]} / double{parameters.scales[at]}) +
                        static_cast<double>(parameters.zero_points[at]);
    const double held = std::isnan(code) ? 0.0
                                         : std::clamp(code, static_cast<double>(type.lowest),
                                                      static_cast<double>(type.highest));
    codes.ints.push_back(static_cast<std::int64_t>(held));
  }
  Operand out = constant_operand(std::move(codes));
  out.name = x.name;
  out.stored_type = type.stored_type;
  return Operands{std::move(out)};
}

Result<Operands> dequantize_constant(NodeImport& node, const Operand& x, Parameters parameters) {
  if (x.type != graph::DataType::kInt)
    return fail(ErrorKind::kModel, concat("codes '", printable(x.name), "' are not integers"));
  if (parameters.stored_type != 0 && x.stored_type != parameters.stored_type)
    return fail(ErrorKind::kModel, "codes and zero point are of different types");
  NAWQ_TRY(const std::int64_t axis, node.attributes().integer("axis", 1));
  NAWQ_TRY(const ScaleIndex index, scale_index(x.shape, axis, parameters.scales.size()));
  NAWQ_CHECK(node.reserve(graph::DataType::kFloat, x.constant->size()));
  Tensor real = graph::float_tensor(x.shape, {});
  for (std::size_t i = 0; i < x.constant->ints.size(); ++i) {
    const std::size_t at = index(i);
    const auto code = static_cast<double>(x.constant->ints[i] - parameters.zero_points[at]);
    real.floats.push_back(static_cast<float>(code * double{parameters.scales[at]}));
  }
  Operand out = constant_operand(std::move(real));
  out.name = x.name;
  const std::int64_t whole_axis = axis < 0 ? axis + x.rank() : axis;
  out.coded = std::make_shared<const CodedConstant>(
      CodedConstant{printable(x.name), x.constant, x.stored_type, std::move(parameters.scales),
                    std::move(parameters.zero_points), whole_axis});
  return Operands{std::move(out)};
}

double real_of(const CodeFormat& format, std::int32_t code) {
  return static_cast<double>(code - format.zero_point) * double{format.scale};
}

// A value with a format of its own that is rounded to another: a node that clips it to the range of that one
// makes it a new value.
Result<Operand> requantized(NodeImport& node, const Operand& x, const CodeFormat& format) {
  const auto low = static_cast<float>(real_of(format, 0));
  const auto high = static_cast<float>(real_of(format, (1 << format.bits) - 1));
  return node.emit(graph::Unary{graph::UnaryKind::kClip, low, high}, {x});
}

}  // namespace

Result<Operands> import_quantize_linear(NodeImport& node) {
  NAWQ_TRY(const std::int64_t output_type, node.attributes().integer("output_dtype", 0));
  NAWQ_TRY(const Parameters parameters, read_parameters(node));
  const std::int64_t stated = output_type != 0 ? output_type : parameters.stored_type;
  NAWQ_TRY(const CodeType type, code_type(stated != 0 ? stated : std::int64_t{TensorProto::UINT8}));
  if (parameters.stored_type != 0 && type.stored_type != parameters.stored_type)
    return fail(ErrorKind::kModel, "output_dtype is not the type of the zero point");
  NAWQ_TRY(Operand x, node.input(0));
  if (x.type != graph::DataType::kFloat)
    return fail(ErrorKind::kModel, concat("data type ", graph::to_text(x.type), " is not supported"));
  if (x.is_constant()) return quantize_constant(node, x, parameters, type);
  NAWQ_TRY(const CodeFormat format, format_of(parameters, type));
  if (!node.can_add_format(x, format)) {
    NAWQ_TRY(x, requantized(node, x, format));
  }
  x.codes = format;
  x.stored_type = type.stored_type;
  return Operands{std::move(x)};
}

Result<Operands> import_dequantize_linear(NodeImport& node) {
  NAWQ_TRY(const Parameters parameters, read_parameters(node));
  NAWQ_TRY(Operand x, node.input_or_codes(0));
  if (x.is_constant()) return dequantize_constant(node, x, parameters);
  if (!x.codes)
    return fail(ErrorKind::kModel,
                concat("input '", printable(x.name), "' is not the result of QuantizeLinear"));
  NAWQ_TRY(const CodeType type, code_type(x.stored_type));
  NAWQ_TRY(const CodeFormat format, format_of(parameters, type));
  const bool same_type = parameters.stored_type == 0 || parameters.stored_type == x.stored_type;
  if (!same_type || format != *x.codes)
    return fail(ErrorKind::kModel, "has another scale or zero point than the QuantizeLinear before it");
  NAWQ_CHECK(node.add_format(x.value, format));
  x.codes.reset();
  x.stored_type = 0;
  x.read_bits = format.bits;
  return Operands{std::move(x)};
}

}  // namespace nawq::onnx
