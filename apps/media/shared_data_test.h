// Owns: where tests find the shared pictures, which are not part of the repository.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace nawq::media {

inline std::filesystem::path shared_data() {
  const char* folder = std::getenv("NAWQSR_SHARED");
  return folder ? folder : "../shared";
}

}  // namespace nawq::media

#define NAWQ_SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << (path) << " is not here"
