// Owns: how messages name what is in a file. Files are not trusted: names are cut and cleared of control
// characters.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace nawq::onnx {

std::string printable(std::string_view name);

// The node's name, or "#12" for the unnamed one at index 12 of the file.
std::string node_name(const ::onnx::NodeProto& node, int index);

// "node 'up_conv2' (ConvTranspose)".
std::string node_text(const ::onnx::NodeProto& node, int index);

// "float16", "string": ONNX's TensorProto.DataType in words.
std::string data_type_text(std::int64_t onnx_type);

// "[1,3,?,?]": the stated dimensions of an input or output.
std::string dims_text(const ::onnx::TypeProto& type);

}  // namespace nawq::onnx
