// Owns: the names of results: templates such as out/{stem}_{scale}x.{ext}, or a folder that keeps the inputs'
// names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace nawq::cli {

// Whether {stem}, {scale} or {ext} is in it. Other braces are ordinary letters.
bool is_template(const std::string& output);

// The folder that all results lie in or below.
std::filesystem::path output_folder(const std::string& output);

// kUsage for a format that cannot be written. "png" for "PNG" and ".png".
Result<std::string> checked_format(const std::string& format);

// Where the result of `input` goes. `below` is put between the folder and the name; `format` is the
// extension, or empty to keep the input's where that can be written (PNG otherwise).
std::filesystem::path output_name(const std::string& output, const std::filesystem::path& input,
                                  const std::filesystem::path& below, const std::string& format,
                                  std::int64_t scale);

}  // namespace nawq::cli
