// Owns: reading a row-major tensor in another order or size. Slice, Transpose, Expand and the shuffles are
// all such views: only their strides differ. Shapes are those that infer_shapes() accepted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "graph/op.h"

namespace nawq::graph {

// Element [i, j, ...] of the view is source[offset + i * strides[0] + j * strides[1] + ...]. Rank is at
// least 1.
struct StridedView {
  Shape shape;
  std::vector<std::int64_t> strides;
  std::int64_t offset = 0;

  // A row is the last dimension.
  std::int64_t row_count() const;
  std::int64_t row_length() const { return shape.back(); }
  std::int64_t row_stride() const { return strides.back(); }
  std::int64_t row_offset(std::int64_t row) const;
};

StridedView view_of(const Slice& op, const Shape& source);
StridedView view_of(const Transpose& op, const Shape& source);
StridedView view_of(const Expand& op, const Shape& source);
StridedView view_of(const DepthToSpace& op, const Shape& source);
StridedView view_of(const SpaceToDepth& op, const Shape& source);
StridedView view_of(const ChannelShuffle& op, const Shape& source);

// Copies rows [begin, end) of `view` to their places in the row-major `target`.
template <class T>
void copy_rows(const StridedView& view, std::int64_t begin, std::int64_t end, const T* source, T* target) {
  const std::int64_t length = view.row_length(), stride = view.row_stride();
  for (std::int64_t row = begin; row < end; ++row) {
    const T* from = source + view.row_offset(row);
    T* to = target + row * length;
    if (stride == 1) {
      std::copy(from, from + length, to);
    } else {
      for (std::int64_t i = 0; i < length; ++i) to[i] = from[i * stride];
    }
  }
}

inline constexpr std::int64_t kOutside = -1;

// For each position along dimension `axis` of the padded tensor, the position in the source that it repeats,
// or kOutside where it is op.value. Amounts below 0 crop first: what remains is what is mirrored or repeated.
std::vector<std::int64_t> padded_positions(const Pad& op, std::size_t axis, std::int64_t size);

}  // namespace nawq::graph
