// Owns: a file without a name for what does not fit in memory; it is gone with the process, however that
// ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace nawq {

class TemporaryFile {
 public:
  // In the folder that TMPDIR names, else in /var/tmp (/tmp is memory on many machines). kResource when it
  // cannot be made.
  static Result<TemporaryFile> create();

  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&& other) noexcept;
  ~TemporaryFile();

  // At a place of the file, from any thread. kResource when the disk is full or fails; reading what was never
  // written fails too.
  Status write(std::span<const std::byte> bytes, std::int64_t place) const;
  Status read(std::span<std::byte> bytes, std::int64_t place) const;

 private:
  explicit TemporaryFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace nawq
