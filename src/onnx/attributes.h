// Owns: typed access to a node's attributes. Every error names the attribute.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace nawq::onnx {

// Refers to the node, which must outlive it.
class Attributes {
 public:
  explicit Attributes(const ::onnx::NodeProto& node) : node_(&node) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }

  // The value, or `absent` when the node does not state it; an error when it is of another type.
  Result<std::int64_t> integer(std::string_view name, std::int64_t absent) const;
  Result<bool> flag(std::string_view name, bool absent) const;
  Result<float> real(std::string_view name, float absent) const;
  Result<std::string> text(std::string_view name, std::string_view absent) const;
  Result<std::optional<std::vector<std::int64_t>>> integers(std::string_view name) const;
  Result<std::optional<std::vector<float>>> reals(std::string_view name) const;
  Result<const ::onnx::TensorProto*> tensor(std::string_view name) const;  // null when not stated

  // Fails for an attribute that is not among `known`, words parted by single spaces.
  Status check_known(std::string_view known) const;

 private:
  const ::onnx::AttributeProto* find(std::string_view name) const;
  Result<const ::onnx::AttributeProto*> typed(std::string_view name, int type, const char* type_text) const;

  const ::onnx::NodeProto* node_;
};

// "auto_pad=FOO is not supported".
Error unsupported_value(std::string_view attribute, std::string_view value);
Error unsupported_value(std::string_view attribute, std::int64_t value);

}  // namespace nawq::onnx
