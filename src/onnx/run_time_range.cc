#include "onnx/run_time_range.h"

#include <onnx/onnx_pb.h>

#include <cstdint>

#include "base/code_scale.h"
#include "base/text.h"

namespace nawq::onnx {
namespace {

using ::onnx::TensorProto;

class RangeWriter {
 public:
  RangeWriter(GraphWriter& writer, const std::string& tensor, int bits)
      : writer_(writer), tensor_(tensor), stem_(concat(tensor, ".dynamic", bits)) {}

  std::string round8() {
    const std::string codes = name("codes"), scale = name("scale"), zero_point = name("zero_point");
    writer_.add_node("DynamicQuantizeLinear", codes, {tensor_}, {codes, scale, zero_point});
    return dequantized(codes, scale, zero_point);
  }

  // In double, as code_scale() does.
  std::string round16() {
    const std::string zero = writer_.add_number(name_of("zero"), 0.0f);
    const std::string low = emit("Min", {reduced("ReduceMin", "least"), zero}, "low");
    const std::string high = emit("Max", {reduced("ReduceMax", "largest"), zero}, "high");
    const std::string low64 = cast(low, TensorProto::DOUBLE, "low64");
    const std::string span = emit("Sub", {cast(high, TensorProto::DOUBLE, "high64"), low64}, "span");
    const std::string scale = scale_of(span);
    const std::string zero_point = zero_point_of(low64, scale);
    const std::string codes = emit("QuantizeLinear", {tensor_, scale, zero_point}, "codes");
    return dequantized(codes, scale, zero_point);
  }

 private:
  static constexpr double kLastCode = 65535;

  std::string name_of(std::string_view part) const { return concat(stem_, '.', part); }
  std::string name(std::string_view part) { return writer_.tensor_name(name_of(part)); }

  std::string emit(const char* op_type, const TensorNames& inputs, std::string_view part) {
    std::string result = name(part);
    writer_.add_node(op_type, result, inputs, {result});
    return result;
  }

  std::string reduced(const char* op_type, std::string_view part) {
    std::string result = name(part);
    set_attribute(writer_.add_node(op_type, result, {tensor_}, {result}), "keepdims", std::int64_t{0});
    return result;
  }

  std::string cast(const std::string& from, TensorProto::DataType type, std::string_view part) {
    std::string result = name(part);
    set_attribute(writer_.add_node("Cast", result, {from}, {result}), "to", std::int64_t{type});
    return result;
  }

  std::string add_double(std::string_view part, double value) {
    return writer_.add_constant<double>(name_of(part), {}, std::span(&value, 1));
  }

  // 1 where all numbers are 0.
  std::string scale_of(const std::string& span) {
    const std::string step =
        cast(emit("Div", {span, add_double("last_code", kLastCode)}, "step64"), TensorProto::FLOAT, "step");
    const std::string least = writer_.add_number(name_of("smallest"), kSmallestScale);
    const std::string held = emit("Max", {step, least}, "held");
    const std::string is_flat = emit("Equal", {span, add_double("nothing", 0)}, "is_flat");
    const std::string one = writer_.add_number(name_of("one"), 1.0f);
    return emit("Where", {is_flat, one, held}, "scale");
  }

  std::string zero_point_of(const std::string& low, const std::string& scale) {
    const std::string scale64 = cast(scale, TensorProto::DOUBLE, "scale64");
    const std::string steps = emit("Div", {emit("Neg", {low}, "below"), scale64}, "steps");
    const std::string rounded = emit("Round", {steps}, "rounded");
    const std::string held =
        emit("Clip", {rounded, add_double("first", 0), add_double("last", kLastCode)}, "clipped");
    return cast(held, TensorProto::UINT16, "zero_point");
  }

  std::string dequantized(const std::string& codes, const std::string& scale, const std::string& zero_point) {
    return emit("DequantizeLinear", {codes, scale, zero_point}, "real");
  }

  GraphWriter& writer_;
  const std::string& tensor_;
  std::string stem_;
};

}  // namespace

std::string round_to_own_range(GraphWriter& writer, const std::string& tensor, int bits) {
  RangeWriter range(writer, tensor, bits);
  return bits == 8 ? range.round8() : range.round16();
}

}  // namespace nawq::onnx
