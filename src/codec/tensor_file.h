// Owns: tensors that a picture leaves in a temporary file between phases (Keeping::kFile): each operation's
// share of their channels by itself, row after row, so that a share is written without reading the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/temporary_file.h"
#include "codec/layout.h"
#include "codec/tile_plan.h"
#include "plan/program.h"

namespace nawq::codec {

class TensorFile {
 public:
  // No file is made where no tensor is kept in one.
  static Result<TensorFile> create(const plan::Program& program, const TilePlan& plan, const Layout& layout);

  // What store() and load() need of a worker's memory.
  std::int64_t buffer_bytes() const { return buffer_bytes_; }

  // Pixels [x, x_end) of row y of a tensor: what `operation` wrote of them, to the file. `pixels` is the
  // tensor's pixel (0, 0).
  Status store(std::int32_t tensor, std::size_t operation, std::int64_t y, std::int64_t x, std::int64_t x_end,
               const std::byte* pixels, std::byte* buffer) const;
  // What operations of phases before `phase` wrote of them, from the file.
  Status load(std::int32_t tensor, std::size_t phase, std::int64_t y, std::int64_t x, std::int64_t x_end,
              std::byte* pixels, std::byte* buffer) const;

 private:
  struct Share {
    std::int32_t tensor = 0;
    std::size_t operation = 0;
    std::int64_t phase = 0;
    std::int64_t first_bytes = 0, bytes = 0;  // of each pixel
    std::int64_t place = 0;                   // in the file
  };

  explicit TensorFile(const Layout& layout) : layout_(&layout) {}
  const TensorLayout& tensor(const Share& share) const {
    return layout_->tensors[static_cast<std::size_t>(share.tensor)];
  }
  std::int64_t place(const Share& share, std::int64_t y, std::int64_t x) const {
    return share.place + (y * tensor(share).size.width_px + x) * share.bytes;
  }

  const Layout* layout_;
  std::vector<Share> shares_;
  std::int64_t buffer_bytes_ = 0;
  std::optional<TemporaryFile> file_;
};

// Bytes of all tensors that a plan keeps in the file.
std::int64_t file_bytes(const TilePlan& plan, const Layout& layout);

}  // namespace nawq::codec
