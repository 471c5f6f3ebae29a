// A piece of an output row at a time: the inputs under each tap are laid out as rows of a patch, which the
// weights then sum. The sum of every output element: bias, then input channels in order, in each the taps row
// by row.
#include <algorithm>

#include "reference/chunks.h"
#include "reference/operators.h"
#include "reference/row_product.h"
#include "reference/scratch.h"
#include "reference/tiles.h"

namespace nawq::reference {
namespace {

// Columns [first, first + width) of output row `y`.
struct Piece {
  std::int64_t y, first, width;
};

struct ConvShape {
  std::int64_t channels, height, width;      // of the input
  std::int64_t outs, out_height, out_width;  // of the output
  std::int64_t group_channels, group_outs, kernel_h, kernel_w;

  std::int64_t taps() const { return group_channels * kernel_h * kernel_w; }
};

ConvShape shape_of(const graph::Conv& op, Inputs in, Outputs out) {
  const graph::Shape &x = in[0].shape, &w = in[1].shape, &y = out[0].shape;
  return {x[1], x[2], x[3], y[1], y[2], y[3], w[1], w[0] / op.groups, w[2], w[3]};
}

// to[i] = row[start + i * stride], or `outside` where that is not in [0, size).
void sample_row(const float* row, std::int64_t size, std::int64_t start, std::int64_t stride, float outside,
                std::int64_t width, float* to) {
  const std::int64_t begin = std::clamp<std::int64_t>(start < 0 ? ceil_div(-start, stride) : 0, 0, width);
  const std::int64_t end =
      std::clamp<std::int64_t>(start < size ? ceil_div(size - start, stride) : 0, begin, width);
  std::fill(to, to + begin, outside);
  for (std::int64_t i = begin; i < end; ++i) to[i] = row[start + i * stride];
  std::fill(to + end, to + width, outside);
}

// One row of the patch per tap of the group's filters, in the order of the weights.
void lay_out_patch(const graph::Conv& op, const ConvShape& s, const float* x, std::int64_t group, Piece piece,
                   float* patch) {
  for (std::int64_t c = group * s.group_channels; c < (group + 1) * s.group_channels; ++c) {
    const float outside = op.pad_values.empty() ? 0.0f : op.pad_values[static_cast<std::size_t>(c)];
    for (std::int64_t ky = 0; ky < s.kernel_h; ++ky) {
      const std::int64_t y = piece.y * op.stride.h + ky * op.dilation.h - op.pads.top;
      const bool inside = y >= 0 && y < s.height;
      const float* row = inside ? x + (c * s.height + y) * s.width : nullptr;
      for (std::int64_t kx = 0; kx < s.kernel_w; ++kx, patch += piece.width)
        sample_row(row, inside ? s.width : 0, piece.first * op.stride.w + kx * op.dilation.w - op.pads.left,
                   op.stride.w, outside, piece.width, patch);
    }
  }
}

void fill_bias(const float* bias, std::int64_t outs, std::int64_t width, float* out,
               std::int64_t out_stride) {
  for (std::int64_t o = 0; o < outs; ++o)
    std::fill(out + o * out_stride, out + o * out_stride + width, bias ? bias[o] : 0.0f);
}

}  // namespace

void compute(const graph::Conv& op, Inputs in, Outputs out, ThreadTeam& team) {
  const ConvShape s = shape_of(op, in, out);
  const std::int64_t plane = s.out_height * s.out_width, tile = tile_width(s.taps(), s.out_width);
  const std::int64_t tiles = ceil_div(s.out_width, tile);
  const float *x = in[0].values, *weights = in[1].values, *bias = in.size() > 2 ? in[2].values : nullptr;
  const Scratch patches(team, s.taps() * tile);

  team.parallel_for(s.out_height * tiles, [&](std::int64_t index, int worker) {
    const std::int64_t first = index % tiles * tile;
    const Piece piece{index / tiles, first, std::min(tile, s.out_width - first)};
    float* to = out[0].values + piece.y * s.out_width + piece.first;
    fill_bias(bias, s.outs, piece.width, to, plane);
    for (std::int64_t group = 0; group < op.groups; ++group) {
      lay_out_patch(op, s, x, group, piece, patches.of(worker));
      const std::int64_t first_out = group * s.group_outs;
      add_row_product({s.group_outs, s.taps(), piece.width, weights + first_out * s.taps(), s.taps(),
                       patches.of(worker), piece.width, to + first_out * plane, plane});
    }
  });
}

}  // namespace nawq::reference
