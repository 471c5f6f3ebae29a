#include "onnx/rounding_writer.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;

std::string add_zero_point(GraphWriter& writer, std::string_view wanted, const CodeFormat& format) {
  if (format.bits == 8) {
    const auto code = static_cast<std::uint8_t>(format.zero_point);
    return writer.add_constant<std::uint8_t>(wanted, {}, std::span(&code, 1));
  }
  const auto code = static_cast<std::uint16_t>(format.zero_point);
  return writer.add_constant<std::uint16_t>(wanted, {}, std::span(&code, 1));
}

// Of a tensor in two formats the finer one: encodings have one for a tensor.
void describe(std::vector<TensorEncoding>& described, const std::string& tensor, const CodeFormat& format) {
  TensorEncoding encoding{
      .name = tensor, .bits = format.bits, .scales = {format.scale}, .zero_point = format.zero_point};
  const auto other = std::ranges::find(described, tensor, &TensorEncoding::name);
  if (other == described.end()) {
    described.push_back(std::move(encoding));
  } else if (other->bits < format.bits) {
    *other = std::move(encoding);
  }
}

template <class Code>
std::vector<float> real_numbers(const graph::Shape& shape, const std::vector<Code>& codes,
                                const std::vector<float>& scales, std::int64_t axis) {
  std::size_t inner = 1;
  for (auto i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i)
    inner *= static_cast<std::size_t>(shape[i]);
  std::vector<float> real;
  real.reserve(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i)
    real.push_back(
        static_cast<float>(static_cast<double>(codes[i]) * double{scales[i / inner % scales.size()]}));
  return real;
}

}  // namespace

RoundedTensor RoundingWriter::round(const std::string& tensor, std::string_view stem,
                                    const CodeFormat& format, const std::string& result) {
  if (described_) {
    describe(*described_, tensor, format);
    return {tensor};
  }
  const std::string begin = concat(stem, format.bits == 8 ? ".8" : ".16");
  const std::string scale = writer_.add_number(begin + ".scale", format.scale);
  const std::string zero_point = add_zero_point(writer_, begin + ".zero_point", format);
  const std::string codes = writer_.tensor_name(begin + ".codes");
  std::string real = result.empty() ? writer_.tensor_name(begin + ".real") : result;
  writer_.add_node("QuantizeLinear", codes, {tensor, scale, zero_point}, {codes});
  writer_.add_node("DequantizeLinear", begin + ".real", {codes, scale, zero_point}, {real});
  return {real, codes, scale, zero_point};
}

std::string RoundingWriter::read_again(const RoundedTensor& rounded) {
  if (described_) return rounded.real;
  std::string real = writer_.tensor_name(rounded.real);
  writer_.add_node("DequantizeLinear", real, {rounded.codes, rounded.scale, rounded.zero_point}, {real});
  return real;
}

template <class Code>
std::string RoundingWriter::add_codes(const std::string& name, const graph::Shape& shape,
                                      const std::vector<Code>& codes, const std::vector<float>& scales,
                                      std::int64_t axis) {
  if (described_) {
    const std::vector<float> real = real_numbers(shape, codes, scales, axis);
    std::string written = writer_.add_constant<float>(name, shape, real);
    described_->push_back(
        {.name = written, .is_constant = true, .bits = 8 * sizeof(Code), .scales = scales, .axis = axis});
    return written;
  }
  const graph::Shape dims{static_cast<std::int64_t>(scales.size())};
  const std::vector<Code> zeros(scales.size());
  std::string real = writer_.tensor_name(name + ".real");
  const std::string coded = writer_.add_constant<Code>(name, shape, codes);
  const std::string scale = writer_.add_constant<float>(name + ".scale", dims, scales);
  const std::string zero_point = writer_.add_constant<Code>(name + ".zero_point", dims, zeros);
  set_attribute(writer_.add_node("DequantizeLinear", real, {coded, scale, zero_point}, {real}), "axis", axis);
  return real;
}

template std::string RoundingWriter::add_codes(const std::string&, const graph::Shape&,
                                               const std::vector<std::int8_t>&, const std::vector<float>&,
                                               std::int64_t);
template std::string RoundingWriter::add_codes(const std::string&, const graph::Shape&,
                                               const std::vector<std::int32_t>&, const std::vector<float>&,
                                               std::int64_t);

}  // namespace nawq::onnx
