// Owns: what can be judged of a file before a size is chosen: that it is ONNX of a known opset, that it takes
// one picture and gives one, and that every name is made once, before it is read.
#pragma once

#include "base/result.h"
#include "onnx/parsed_file.h"

namespace nawq::onnx {

// What the file says of itself, `info.name` aside. Initializers must still be in `proto`.
Result<ModelInfo> read_info(const ::onnx::ModelProto& proto);

// Fails where nodes are out of order, form a cycle, or read what nothing makes. Initializers must be in
// `file`.
Status check_names(const ParsedFile& file);

}  // namespace nawq::onnx
