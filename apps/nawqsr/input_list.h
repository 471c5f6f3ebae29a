// Owns: which pictures the user named: files, folders (read flat or recursively) and patterns.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace nawq::cli {

struct FoundInput {
  std::filesystem::path file;
  std::filesystem::path below;  // its folder relative to the folder that was named; empty for named files
};

struct InputRequest {
  std::vector<std::string> inputs;
  bool recursive = false;
  std::filesystem::path output_folder;  // not descended into: results are no inputs
};

// In the order named, by name within a folder. A named file need not exist: it fails when its turn comes.
// kInput for a pattern that matches nothing, a folder that cannot be read, or no picture at all.
Result<std::vector<FoundInput>> find_inputs(const InputRequest& request);

// A file with the extension of a picture; a link that leads nowhere is none.
bool is_picture(const std::filesystem::directory_entry& entry);

// False, not an exception, where the path cannot be looked at.
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);
bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace nawq::cli
