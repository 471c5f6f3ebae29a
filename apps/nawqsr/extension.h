// Owns: the extension of a path as the media layer wants it.
#pragma once

#include <filesystem>
#include <string>

namespace nawq::cli {

// "png" for "a.png", without the point; empty where there is none.
inline std::string extension_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension.empty() ? extension : extension.substr(1);
}

}  // namespace nawq::cli
