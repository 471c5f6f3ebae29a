#include "codec/tensor_file.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Result<TensorFile> TensorFile::create(const plan::Program& program, const TilePlan& plan,
                                      const Layout& layout) {
  TensorFile made(layout);
  std::int64_t end = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    for (const plan::RunSpec& run : program.operations[i].runs) {
      if (plan.keeping[at(run.tensor)] != Keeping::kFile) continue;
      const TensorLayout& tensor = layout.tensors[at(run.tensor)];
      // A shuffled pixel's rows come from several runs of one operation.
      const bool is_all = run.block > 1 || run.channels == tensor.channels;
      if (run.block > 1 && run.dy > 0) continue;
      Share share{run.tensor, i, plan.operation_phase[i], 0, tensor.pixel_bytes, end};
      if (!is_all) {
        share.first_bytes = run.tensor_channel * tensor.channel_bytes;
        share.bytes = run.channels * tensor.channel_bytes;
      }
      end += tensor.size.width_px * tensor.size.height_px * share.bytes;
      made.buffer_bytes_ = std::max(made.buffer_bytes_, tensor.size.width_px * share.bytes);
      made.shares_.push_back(share);
    }
  if (made.shares_.empty()) return made;
  NAWQ_TRY(made.file_, TemporaryFile::create());
  return made;
}

Status TensorFile::store(std::int32_t tensor_index, std::size_t operation, std::int64_t y, std::int64_t x,
                         std::int64_t x_end, const std::byte* pixels, std::byte* buffer) const {
  const TensorLayout& to = layout_->tensors[at(tensor_index)];
  for (const Share& share : shares_) {
    if (share.tensor != tensor_index || share.operation != operation) continue;
    const std::byte* from = pixels + y * to.row_bytes + x * to.pixel_bytes + share.first_bytes;
    const std::size_t bytes = at((x_end - x) * share.bytes);
    if (share.bytes != to.pixel_bytes) {
      for (std::int64_t i = 0; i < x_end - x; ++i)
        std::memcpy(buffer + i * share.bytes, from + i * to.pixel_bytes, at(share.bytes));
      from = buffer;
    }
    NAWQ_CHECK(file_->write({from, bytes}, place(share, y, x)));
  }
  return {};
}

Status TensorFile::load(std::int32_t tensor_index, std::size_t phase, std::int64_t y, std::int64_t x,
                        std::int64_t x_end, std::byte* pixels, std::byte* buffer) const {
  const TensorLayout& from = layout_->tensors[at(tensor_index)];
  for (const Share& share : shares_) {
    if (share.tensor != tensor_index || share.phase >= static_cast<std::int64_t>(phase)) continue;
    std::byte* to = pixels + y * from.row_bytes + x * from.pixel_bytes + share.first_bytes;
    const bool is_all = share.bytes == from.pixel_bytes;
    NAWQ_CHECK(file_->read({is_all ? to : buffer, at((x_end - x) * share.bytes)}, place(share, y, x)));
    for (std::int64_t i = 0; !is_all && i < x_end - x; ++i)
      std::memcpy(to + i * from.pixel_bytes, buffer + i * share.bytes, at(share.bytes));
  }
  return {};
}

std::int64_t file_bytes(const TilePlan& plan, const Layout& layout) {
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    const TensorLayout& tensor = layout.tensors[i];
    if (plan.keeping[i] == Keeping::kFile)
      bytes += tensor.size.width_px * tensor.size.height_px * tensor.pixel_bytes;
  }
  return bytes;
}

}  // namespace nawq::codec
