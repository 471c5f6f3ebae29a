// Owns: output files until they are whole: written beside their place under a temporary name, then renamed.
// Knows nothing of what is in them.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace nawq::media {

class PendingOutput {
 public:
  // Opens a temporary file in the folder of `path`. A link is followed, so that what it points to is
  // replaced. kUsage when `path` is a folder, kOutput when it is another thing than a file or when nothing
  // can be written there.
  static Result<PendingOutput> create(const std::filesystem::path& path);

  PendingOutput(PendingOutput&& other) noexcept;
  PendingOutput& operator=(PendingOutput&& other) noexcept;
  // Removes the temporary file unless it was committed.
  ~PendingOutput();

  // Open for reading and writing until commit().
  int descriptor() const { return descriptor_; }
  const std::filesystem::path& temporary_path() const { return temporary_path_; }

  // Appends.
  Status write(std::string_view bytes);

  // Makes the file appear at its place, replacing what is there.
  Status commit();

 private:
  PendingOutput() = default;
  void discard();

  std::filesystem::path path_, temporary_path_;
  int descriptor_ = -1;
  int slot_ = -1;  // in the list of remove_pending_outputs(); -1: none
};

// The whole of a text file in one call.
Status write_text(const std::filesystem::path& path, std::string_view text);

// kUsage or kOutput, as create() would say, where a file cannot be put there; creates nothing.
Status check_output_path(const std::filesystem::path& path);

// For the end of the program: from now on create() waits for ever, so that other threads leave nothing
// behind. Safe in a signal handler.
void hold_new_outputs();

// Removes the temporary files of all outputs that are not committed. Safe in a signal handler; what is being
// written goes on into files that have no name any more.
void remove_pending_outputs();

}  // namespace nawq::media
