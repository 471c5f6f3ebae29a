// Owns: refusing, before they are read, pictures that are too large to be measured.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace nawq::cli {

// kResource, naming the picture, when reading it twice over (it and its rival) and measuring them would take
// more.
Status check_measure_memory(const std::filesystem::path& picture, std::int64_t max_memory_bytes);

}  // namespace nawq::cli
