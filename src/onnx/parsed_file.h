// Owns: an ONNX file after parsing: its nodes as protobuf, its weights as tensors. Shared by every size
// imported from it.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "graph/tensor.h"
#include "onnx/model.h"

namespace nawq::onnx {

struct ParsedFile {
  ModelInfo info;
  std::int64_t bytes = 0;                       // of the file and its external data as tensors
  std::optional<std::filesystem::path> folder;  // of external data
  ::onnx::ModelProto proto;                     // without initializers
  std::map<std::string, std::shared_ptr<const graph::Tensor>, std::less<>> initializers;
  std::map<const ::onnx::NodeProto*, std::shared_ptr<const graph::Tensor>>
      node_tensors;  // `value` of Constant nodes
  // ONNX's data type of those of the above that hold integers.
  std::map<const graph::Tensor*, std::int32_t> stored_types;

  std::int32_t stored_type(const graph::Tensor& tensor) const {
    const auto found = stored_types.find(&tensor);
    return found == stored_types.end() ? 0 : found->second;
  }
};

}  // namespace nawq::onnx
