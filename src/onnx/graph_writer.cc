#include "onnx/graph_writer.h"

#include <type_traits>

#include "base/text.h"

namespace nawq::onnx {
namespace {

using ::onnx::AttributeProto;
using ::onnx::TensorProto;

template <class T>
constexpr TensorProto::DataType data_type_of() {
  if constexpr (std::is_same_v<T, float>) return TensorProto::FLOAT;
  if constexpr (std::is_same_v<T, double>) return TensorProto::DOUBLE;
  if constexpr (std::is_same_v<T, std::int8_t>) return TensorProto::INT8;
  if constexpr (std::is_same_v<T, std::uint8_t>) return TensorProto::UINT8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return TensorProto::UINT16;
  if constexpr (std::is_same_v<T, std::int32_t>) return TensorProto::INT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return TensorProto::INT64;
}

AttributeProto& add_attribute(::onnx::NodeProto& node, const char* name, AttributeProto::AttributeType type) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

std::string GraphWriter::tensor_name(std::string wanted) {
  if (wanted.empty()) wanted = "tensor";
  std::string name = wanted;
  for (std::int64_t count = 2; !tensor_names_.insert(name).second; ++count) name = concat(wanted, "~", count);
  return name;
}

::onnx::NodeProto& GraphWriter::add_node(const char* op_type, std::string_view name,
                                         const TensorNames& inputs, const TensorNames& outputs) {
  ::onnx::NodeProto& node = *proto_.add_node();
  node.set_op_type(op_type);
  node.set_name(std::string(name));
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

template <class T>
std::string GraphWriter::add_constant(std::string_view wanted, const graph::Shape& dims,
                                      std::span<const T> values) {
  TensorProto& tensor = *proto_.add_initializer();
  std::string name = tensor_name(std::string(wanted));
  tensor.set_name(name);
  tensor.set_data_type(data_type_of<T>());
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_raw_data(values.data(), values.size_bytes());
  return name;
}

template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&, std::span<const float>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const double>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const std::int8_t>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const std::uint8_t>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const std::uint16_t>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const std::int32_t>);
template std::string GraphWriter::add_constant(std::string_view, const graph::Shape&,
                                               std::span<const std::int64_t>);

void set_attribute(::onnx::NodeProto& node, const char* name, std::int64_t value) {
  add_attribute(node, name, AttributeProto::INT).set_i(value);
}

void set_attribute(::onnx::NodeProto& node, const char* name, float value) {
  add_attribute(node, name, AttributeProto::FLOAT).set_f(value);
}

void set_attribute(::onnx::NodeProto& node, const char* name, const char* value) {
  add_attribute(node, name, AttributeProto::STRING).set_s(value);
}

void set_attribute(::onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values) {
  AttributeProto& attribute = add_attribute(node, name, AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

}  // namespace nawq::onnx
