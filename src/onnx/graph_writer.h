// Owns: putting nodes and constants into an ONNX graph under names that are not taken.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/tensor.h"

namespace nawq::onnx {

using TensorNames = std::vector<std::string>;

class GraphWriter {
 public:
  explicit GraphWriter(::onnx::GraphProto& proto) : proto_(proto) {}

  // A name for a tensor: `wanted`, or one like it.
  std::string tensor_name(std::string wanted);

  ::onnx::NodeProto& add_node(const char* op_type, std::string_view name, const TensorNames& inputs,
                              const TensorNames& outputs);

  // Constants; they return their names. `T` is float, double or an integer of the file's data type.
  template <class T>
  std::string add_constant(std::string_view wanted, const graph::Shape& dims, std::span<const T> values);
  std::string add_number(std::string_view wanted, float value) {
    return add_constant<float>(wanted, {}, std::span(&value, 1));
  }
  std::string add_list(std::string_view wanted, const std::vector<std::int64_t>& values) {
    return add_constant<std::int64_t>(wanted, {static_cast<std::int64_t>(values.size())}, values);
  }

 private:
  ::onnx::GraphProto& proto_;
  std::set<std::string, std::less<>> tensor_names_;
};

void set_attribute(::onnx::NodeProto& node, const char* name, std::int64_t value);
void set_attribute(::onnx::NodeProto& node, const char* name, float value);
void set_attribute(::onnx::NodeProto& node, const char* name, const char* value);
void set_attribute(::onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values);

}  // namespace nawq::onnx
