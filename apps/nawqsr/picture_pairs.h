// Owns: which small picture belongs to which original, by their names, and reading them as a pair.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "session/reference_picture.h"

namespace nawq::cli {

// Either may be empty, not both.
struct PairFiles {
  std::filesystem::path original, small;
  std::string name() const { return original.empty() ? small.string() : original.string(); }
};

// Every original of a folder with the picture of `small_folder` that has its name: "baby.png", or with "x4",
// "_x4", "_LR" or "_HR" at the end of the stem. Without one of the folders the other's pictures by
// themselves. kOutput where a folder cannot be read or a picture has no partner.
Result<std::vector<PairFiles>> pair_files(const std::string& original_folder, const std::string& small_folder,
                                          std::int64_t scale);

// As session::match_sizes brings them together.
Result<session::PicturePair> read_pair(const PairFiles& files, std::int64_t scale,
                                       std::int64_t max_memory_bytes);

}  // namespace nawq::cli
