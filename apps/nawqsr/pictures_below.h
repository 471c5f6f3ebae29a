// Owns: the pictures of a folder of calibration or evaluation, read recursively.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace nawq::cli {

// Sorted by path. kOutput, which is what interface.md gives an unreadable folder of such pictures.
Result<std::vector<std::filesystem::path>> pictures_below(const std::filesystem::path& folder);

}  // namespace nawq::cli
