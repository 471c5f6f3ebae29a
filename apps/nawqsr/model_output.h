// Owns: whether a model file may be written where the user wants it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "nawqsr/options.h"

namespace nawq::cli {

// kUsage for another extension than ".onnx" or ".nawq", as `extension` says, for a folder, and for the very
// file that `model` names; kOutput where nothing can be written. `kind` is what the message calls the file.
Status check_model_output(const std::string& output, std::string_view extension, std::string_view kind,
                          const ModelOptions& model);

}  // namespace nawq::cli
