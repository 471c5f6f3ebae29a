// Owns: reading model files and the files of weights beside them. A model may name only files below its own
// folder: a path is walked a component at a time and no link is followed, so nothing can be swapped
// underneath.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace nawq::onnx {

// A whole regular file, at most protobuf's 2 GiB - 1.
Result<std::string> read_model_file(const std::filesystem::path& path);

// The bytes that `tensor` (data_location EXTERNAL) names, which must be `needed_bytes`. `folder` absent:
// refused.
Result<std::string> read_external_data(const ::onnx::TensorProto& tensor, std::int64_t needed_bytes,
                                       const std::optional<std::filesystem::path>& folder);

}  // namespace nawq::onnx
