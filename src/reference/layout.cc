#include <algorithm>

#include "graph/strided_view.h"
#include "reference/chunks.h"
#include "reference/operators.h"

namespace nawq::reference {
namespace {

void copy_view(const graph::StridedView& view, const float* from, float* to, ThreadTeam& team) {
  for_each_chunk(team, view.row_count(), view.row_length(),
                 [&](std::int64_t begin, std::int64_t end) { graph::copy_rows(view, begin, end, from, to); });
}

template <class Op>
void copy_viewed(const Op& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_view(view_of(op, in[0].shape), in[0].values, out[0].values, team);
}

// A tensor from a given axis inwards: what lies together in memory for one index of the axes before it.
std::int64_t block_length(const graph::Shape& shape, std::int64_t axis) {
  return volume({shape.begin() + axis, shape.end()});
}

// Columns [column, column + part_length) of the rows of `whole`, to or from the rows of a part.
struct Columns {
  std::int64_t rows, whole_length, part_length, column;
};

template <class Copy>
void for_each_part_row(const Columns& c, ThreadTeam& team, Copy copy) {
  for_each_chunk(team, c.rows, c.part_length, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row)
      copy(row * c.whole_length + c.column, row * c.part_length);
  });
}

}  // namespace

void compute(const graph::Slice& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}
void compute(const graph::Transpose& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}
void compute(const graph::Expand& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}
void compute(const graph::DepthToSpace& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}
void compute(const graph::SpaceToDepth& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}
void compute(const graph::ChannelShuffle& op, Inputs in, Outputs out, ThreadTeam& team) {
  copy_viewed(op, in, out, team);
}

void compute(const graph::Reshape&, Inputs in, Outputs out, ThreadTeam& team) {
  for_each_chunk(team, volume(in[0].shape), 1, [&](std::int64_t begin, std::int64_t end) {
    std::copy(in[0].values + begin, in[0].values + end, out[0].values + begin);
  });
}

void compute(const graph::Concat& op, Inputs in, Outputs out, ThreadTeam& team) {
  Columns columns{volume({out[0].shape.begin(), out[0].shape.begin() + op.axis}),
                  block_length(out[0].shape, op.axis), 0, 0};
  for (const Input& part : in) {
    columns.part_length = block_length(part.shape, op.axis);
    for_each_part_row(columns, team, [&](std::int64_t in_whole, std::int64_t in_part) {
      std::copy_n(part.values + in_part, columns.part_length, out[0].values + in_whole);
    });
    columns.column += columns.part_length;
  }
}

void compute(const graph::Split& op, Inputs in, Outputs out, ThreadTeam& team) {
  Columns columns{volume({in[0].shape.begin(), in[0].shape.begin() + op.axis}),
                  block_length(in[0].shape, op.axis), 0, 0};
  for (const Output& part : out) {
    columns.part_length = block_length(part.shape, op.axis);
    for_each_part_row(columns, team, [&](std::int64_t in_whole, std::int64_t in_part) {
      std::copy_n(in[0].values + in_whole, columns.part_length, part.values + in_part);
    });
    columns.column += columns.part_length;
  }
}

void compute(const graph::Pad& op, Inputs in, Outputs out, ThreadTeam& team) {
  const graph::Shape &from = in[0].shape, &to = out[0].shape;
  if (from.empty()) return void(*out[0].values = *in[0].values);
  const std::vector<std::int64_t> strides = graph::row_major_strides(from);
  std::vector<std::vector<std::int64_t>> positions;
  for (std::size_t i = 0; i < from.size(); ++i) positions.push_back(graph::padded_positions(op, i, from[i]));
  const std::vector<std::int64_t>& columns = positions.back();
  const std::int64_t length = to.back(), rows = volume({to.begin(), to.end() - 1});

  for_each_chunk(team, rows, length, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      std::int64_t rest = row, at = 0;
      bool outside = false;
      for (std::size_t i = to.size() - 1; i-- > 0; rest /= to[i]) {
        const std::int64_t position = positions[i][static_cast<std::size_t>(rest % to[i])];
        outside |= position == graph::kOutside;
        at += position * strides[i];
      }
      for (std::int64_t i = 0; i < length; ++i) {
        const std::int64_t column = columns[static_cast<std::size_t>(i)];
        out[0].values[row * length + i] =
            outside || column == graph::kOutside ? op.value : in[0].values[at + column];
      }
    }
  });
}

}  // namespace nawq::reference
