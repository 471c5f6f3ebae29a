#include "onnx/names.h"

#include <array>

#include "base/text.h"

namespace nawq::onnx {

std::string printable(std::string_view name) {
  constexpr std::size_t kLongest = 160;
  std::string out(name.substr(0, kLongest));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  if (name.size() > kLongest) out += "...";
  return out;
}

std::string node_name(const ::onnx::NodeProto& node, int index) {
  return node.name().empty() ? concat("#", index) : printable(node.name());
}

std::string node_text(const ::onnx::NodeProto& node, int index) {
  return concat("node '", node_name(node, index), "' (", printable(node.op_type()), ")");
}

std::string data_type_text(std::int64_t onnx_type) {
  static constexpr auto kNames = std::to_array<const char*>(
      {"undefined",      "float",      "uint8",          "int8",       "uint16",   "int16",
       "int32",          "int64",      "string",         "bool",       "float16",  "double",
       "uint32",         "uint64",     "complex64",      "complex128", "bfloat16", "float8e4m3fn",
       "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",      "int4",     "float4e2m1"});
  const auto index = static_cast<std::uint64_t>(onnx_type);
  return index < kNames.size() ? kNames[index] : concat("number ", onnx_type);
}

std::string dims_text(const ::onnx::TypeProto& type) {
  std::string out = "[";
  for (const auto& dim : type.tensor_type().shape().dim()) {
    if (out.size() > 1) out += ',';
    out += dim.has_dim_value() ? concat(dim.dim_value()) : std::string("?");
  }
  return out + "]";
}

}  // namespace nawq::onnx
