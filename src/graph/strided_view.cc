#include "graph/strided_view.h"

#include "graph/reduction.h"

namespace nawq::graph {
namespace {

StridedView at_least_one_dimension(StridedView view) {
  if (view.shape.empty()) return {{1}, {0}, view.offset};
  return view;
}

// One dimension of an activation split in two: [outer * inner] seen as [outer, inner].
struct SplitStrides {
  std::int64_t outer, inner;
};

SplitStrides split(std::int64_t stride, std::int64_t inner_size) { return {stride * inner_size, stride}; }

std::int64_t reflect(std::int64_t position, std::int64_t size) {
  if (size == 1) return 0;
  const std::int64_t period = 2 * (size - 1);
  const std::int64_t folded = (position % period + period) % period;
  return folded < size ? folded : period - folded;
}

}  // namespace

std::int64_t StridedView::row_count() const {
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) rows *= shape[i];
  return rows;
}

std::int64_t StridedView::row_offset(std::int64_t row) const {
  std::int64_t at = offset;
  for (std::size_t i = shape.size() - 1; i-- > 0;) {
    at += row % shape[i] * strides[i];
    row /= shape[i];
  }
  return at;
}

StridedView view_of(const Slice& op, const Shape& source) {
  StridedView view{op.sizes, row_major_strides(source)};
  for (std::size_t i = 0; i < source.size(); ++i) {
    view.offset += op.starts[i] * view.strides[i];
    view.strides[i] *= op.steps[i];
  }
  return at_least_one_dimension(std::move(view));
}

StridedView view_of(const Transpose& op, const Shape& source) {
  const std::vector<std::int64_t> strides = row_major_strides(source);
  StridedView view;
  for (const std::int64_t from : op.perm) {
    view.shape.push_back(source[static_cast<std::size_t>(from)]);
    view.strides.push_back(strides[static_cast<std::size_t>(from)]);
  }
  return at_least_one_dimension(std::move(view));
}

StridedView view_of(const Expand& op, const Shape& source) {
  const std::vector<std::int64_t> strides = row_major_strides(source);
  StridedView view{op.shape, std::vector<std::int64_t>(op.shape.size(), 0)};
  const std::size_t added = op.shape.size() - source.size();
  for (std::size_t i = 0; i < source.size(); ++i)
    if (source[i] != 1) view.strides[added + i] = strides[i];
  return at_least_one_dimension(std::move(view));
}

StridedView view_of(const DepthToSpace& op, const Shape& source) {
  const std::int64_t block = op.block, width = source[3], plane = source[2] * width;
  const std::int64_t channels = source[1] / (block * block);
  const bool channel_outermost = op.order == ShuffleOrder::kCrd;
  const std::int64_t x_stride = channel_outermost ? plane : channels * plane;
  const std::int64_t channel_stride = channel_outermost ? block * block * plane : plane;
  return {{channels, source[2], block, width, block}, {channel_stride, width, block * x_stride, 1, x_stride}};
}

StridedView view_of(const SpaceToDepth& op, const Shape& source) {
  const std::int64_t block = op.block, channels = source[1], height = source[2] / block,
                     width = source[3] / block;
  const SplitStrides y = split(source[3], block), x = split(1, block);
  const std::int64_t plane = source[2] * source[3];
  if (op.order == ShuffleOrder::kCrd)
    return {{channels, block, block, height, width}, {plane, y.inner, x.inner, y.outer, x.outer}};
  return {{block, block, channels, height, width}, {y.inner, x.inner, plane, y.outer, x.outer}};
}

StridedView view_of(const ChannelShuffle& op, const Shape& source) {
  const std::int64_t plane = source[2] * source[3], members = source[1] / op.groups;
  return {{members, op.groups, plane}, {plane, members * plane, 1}};
}

ReduceViews views_of(const Reduce& op, const Shape& source) {
  const std::vector<std::int64_t> strides = row_major_strides(source);
  ReduceViews views;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool reduced = std::ranges::find(op.axes, static_cast<std::int64_t>(i)) != op.axes.end();
    StridedView& view = reduced ? views.reduced : views.kept;
    view.shape.push_back(source[i]);
    view.strides.push_back(strides[i]);
  }
  views.kept.shape.push_back(1);
  views.kept.strides.push_back(0);
  views.reduced = at_least_one_dimension(std::move(views.reduced));
  return views;
}

std::vector<std::int64_t> padded_positions(const Pad& op, std::size_t axis, std::int64_t size) {
  const std::int64_t before = op.before[axis], after = op.after[axis];
  const std::int64_t first = std::max<std::int64_t>(0, -before);
  const std::int64_t kept = std::max<std::int64_t>(0, size + std::min<std::int64_t>(0, after) - first);
  std::vector<std::int64_t> positions(static_cast<std::size_t>(size + before + after));
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const std::int64_t inner = static_cast<std::int64_t>(i) - before - first;  // within what is kept
    const bool inside = inner >= 0 && inner < kept;
    if (!inside && (op.mode == PadMode::kConstant || kept == 0))
      positions[i] = kOutside;
    else if (op.mode == PadMode::kReflect)
      positions[i] = first + reflect(inner, kept);
    else
      positions[i] = first + std::clamp<std::int64_t>(inner, 0, kept - 1);
  }
  return positions;
}

}  // namespace nawq::graph
