#include "codec/reach.h"

#include <algorithm>

#include "codec/resize_taps.h"

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Source pixels of windows [first, last) in one direction.
template <class Windowed>
Region under_windows(const Windowed& op, const Region& grid) {
  const auto begin = [](std::int64_t first, std::int64_t stride, std::int64_t pad) {
    return first * stride - pad;
  };
  const auto end = [](std::int64_t last, std::int64_t stride, std::int64_t pad, std::int64_t kernel,
                      std::int64_t dilation) {
    return (last - 1) * stride - pad + (kernel - 1) * dilation + 1;
  };
  return between(begin(grid.x, op.stride.w, op.pads.left), begin(grid.y, op.stride.h, op.pads.top),
                 end(grid.x_end(), op.stride.w, op.pads.left, op.kernel.w, op.dilation.w),
                 end(grid.y_end(), op.stride.h, op.pads.top, op.kernel.h, op.dilation.h));
}

}  // namespace

std::int32_t source_tensor(const plan::OperationKind& kind) {
  if (const auto* conv = std::get_if<plan::Convolution>(&kind)) return conv->src.tensor;
  if (const auto* pool = std::get_if<plan::Pooling>(&kind)) return pool->src.tensor;
  if (const auto* resampling = std::get_if<plan::Resampling>(&kind)) return resampling->src.tensor;
  if (const auto* statistics = std::get_if<plan::Statistics>(&kind)) return statistics->src.tensor;
  return -1;
}

std::vector<Reach::Interval> Reach::resampled(const plan::Resampling& op, std::int64_t source_size,
                                              std::int64_t size, float stated_scale) {
  const Taps taps = resize_taps(op, source_size, size, resize_scale(op, source_size, size, stated_scale));
  std::vector<Interval> found;
  for (std::int64_t i = 0; i < size; ++i) {
    const auto begin = taps.positions.begin() + i * taps.count;
    const auto [low, high] = std::minmax_element(begin, begin + taps.count);
    found.push_back({*low, *high + 1});
  }
  return found;
}

Reach::Reach(const plan::Program& program, const Sizes& sizes)
    : program_(program), sizes_(sizes), positions_(program.operations.size()) {
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    const auto* op = std::get_if<plan::Resampling>(&program.operations[i].kind);
    if (!op) continue;
    const Extent src = sizes.tensors[at(op->src.tensor)], grid = sizes.grids[i];
    positions_[i] = {resampled(*op, src.height_px, grid.height_px, op->scale_h),
                     resampled(*op, src.width_px, grid.width_px, op->scale_w)};
  }
}

Reach::Interval Reach::covering(const std::vector<Interval>& intervals, std::int64_t first,
                                std::int64_t last) {
  Interval all = intervals[at(first)];
  for (std::int64_t i = first; i < last; ++i) {
    all.first = std::min(all.first, intervals[at(i)].first);
    all.last = std::max(all.last, intervals[at(i)].last);
  }
  return all;
}

Region Reach::source(std::size_t operation, const Region& grid) const {
  if (grid.is_empty()) return {};
  const plan::OperationKind& kind = program_.operations[operation].kind;
  Region region = grid;
  if (const auto* conv = std::get_if<plan::Convolution>(&kind)) region = under_windows(*conv, grid);
  if (const auto* pool = std::get_if<plan::Pooling>(&kind)) region = under_windows(*pool, grid);
  if (std::get_if<plan::Resampling>(&kind)) {
    const Interval rows = covering(positions_[operation].rows, grid.y, grid.y_end());
    const Interval columns = covering(positions_[operation].columns, grid.x, grid.x_end());
    region = between(columns.first, rows.first, columns.last, rows.last);
  }
  return clipped(region, sizes_.tensors[at(source_tensor(kind))]);
}

Region grid_region(const plan::RunSpec& run, const Region& wanted) {
  if (wanted.is_empty()) return {};
  const std::int64_t block = run.block;
  return between(wanted.x / block, wanted.y / block, (wanted.x_end() + block - 1) / block,
                 (wanted.y_end() + block - 1) / block);
}

}  // namespace nawq::codec
