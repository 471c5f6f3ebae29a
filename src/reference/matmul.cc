// Every output element is summed over the inner dimension in order, from 0.
#include <algorithm>

#include "graph/strided_view.h"
#include "reference/chunks.h"
#include "reference/operators.h"
#include "reference/row_product.h"

namespace nawq::reference {
namespace {

// Where each pair of matrices starts: one row of one element per pair, batch dimensions broadcast.
graph::StridedView matrices_of(const graph::Shape& x, const graph::Shape& out) {
  graph::StridedView view =
      view_of(graph::Expand{{out.begin(), out.end() - 2}}, graph::Shape{x.begin(), x.end() - 2});
  for (std::int64_t& stride : view.strides) stride *= x[x.size() - 2] * x.back();
  view.shape.push_back(1);
  view.strides.push_back(0);
  return view;
}

}  // namespace

void compute(const graph::MatMul&, Inputs in, Outputs out, ThreadTeam& team) {
  constexpr std::int64_t kBlockRows = 8, kBlockColumns = 256;
  const graph::Shape& shape = out[0].shape;
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back(), depth = in[0].shape.back();
  const std::int64_t row_blocks = ceil_div(rows, kBlockRows),
                     column_blocks = ceil_div(columns, kBlockColumns);
  const graph::StridedView left = matrices_of(in[0].shape, shape), right = matrices_of(in[1].shape, shape);

  team.parallel_for(left.row_count() * row_blocks * column_blocks, [&](std::int64_t index, int) {
    const std::int64_t pair = index / column_blocks / row_blocks;
    const std::int64_t row = index / column_blocks % row_blocks * kBlockRows;
    const std::int64_t column = index % column_blocks * kBlockColumns;
    const std::int64_t height = std::min(kBlockRows, rows - row),
                       width = std::min(kBlockColumns, columns - column);
    float* to = out[0].values + (pair * rows + row) * columns + column;
    for (std::int64_t i = 0; i < height; ++i) std::fill_n(to + i * columns, width, 0.0f);
    add_row_product({height, depth, width, in[0].values + left.row_offset(pair) + row * depth, depth,
                     in[1].values + right.row_offset(pair) + column, columns, to, columns});
  });
}

}  // namespace nawq::reference
