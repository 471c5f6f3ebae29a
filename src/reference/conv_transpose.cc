// Output pixels that are `stride` apart read the same taps of the filters: each such set (a phase) is an
// ordinary convolution of stride 1. The sum of every output element: bias, then input channels in order, in
// each the taps row by row.
#include <algorithm>

#include "reference/chunks.h"
#include "reference/operators.h"
#include "reference/row_product.h"
#include "reference/scratch.h"
#include "reference/tiles.h"

namespace nawq::reference {
namespace {

struct TransposeShape {
  std::int64_t channels, height, width;      // of the input
  std::int64_t outs, out_height, out_width;  // of the output
  std::int64_t group_channels, group_outs, kernel_h, kernel_w;

  std::int64_t taps() const { return group_channels * kernel_h * kernel_w; }
};

// Output pixels first, first + stride, ... of row `y`.
struct Piece {
  std::int64_t y, first, width;
};

// The taps that touch a phase, for one group: `patch` holds the inputs under each, `weights` their
// [group_outs][taps].
struct PhaseTaps {
  float *patch, *weights;
  std::int64_t count = 0;
};

void shift_row(const float* row, std::int64_t size, std::int64_t start, std::int64_t width, float* to) {
  const std::int64_t begin = std::clamp<std::int64_t>(-start, 0, width);
  const std::int64_t end = std::clamp<std::int64_t>(size - start, begin, width);
  std::fill(to, to + begin, 0.0f);
  for (std::int64_t i = begin; i < end; ++i) to[i] = row[start + i];
  std::fill(to + end, to + width, 0.0f);
}

// Row (or column) of the input that tap `k` carries to output position `at`, times the stride.
std::int64_t source_of(std::int64_t at, std::int64_t pad, std::int64_t k, std::int64_t dilation) {
  return at + pad - k * dilation;
}

void gather_taps(const graph::ConvTranspose& op, const TransposeShape& s, const float* x,
                 const float* weights, std::int64_t group, Piece piece, PhaseTaps& taps) {
  const std::int64_t filter = s.kernel_h * s.kernel_w;
  for (std::int64_t c = group * s.group_channels; c < (group + 1) * s.group_channels; ++c)
    for (std::int64_t ky = 0; ky < s.kernel_h; ++ky) {
      const std::int64_t y = source_of(piece.y, op.pads.top, ky, op.dilation.h);
      if (y < 0 || y % op.stride.h || y / op.stride.h >= s.height) continue;
      const float* row = x + (c * s.height + y / op.stride.h) * s.width;
      for (std::int64_t kx = 0; kx < s.kernel_w; ++kx) {
        const std::int64_t start = source_of(piece.first, op.pads.left, kx, op.dilation.w);
        if (start % op.stride.w) continue;
        shift_row(row, s.width, start / op.stride.w, piece.width, taps.patch + taps.count * piece.width);
        for (std::int64_t o = 0; o < s.group_outs; ++o)
          taps.weights[o * s.taps() + taps.count] =
              weights[(c * s.group_outs + o) * filter + ky * s.kernel_w + kx];
        ++taps.count;
      }
    }
}

}  // namespace

void compute(const graph::ConvTranspose& op, Inputs in, Outputs out, ThreadTeam& team) {
  const graph::Shape &in_shape = in[0].shape, &w = in[1].shape, &out_shape = out[0].shape;
  const TransposeShape s{in_shape[1],
                         in_shape[2],
                         in_shape[3],
                         out_shape[1],
                         out_shape[2],
                         out_shape[3],
                         in_shape[1] / op.groups,
                         w[1],
                         w[2],
                         w[3]};
  const float* bias = in.size() > 2 ? in[2].values : nullptr;
  const std::int64_t phases = std::min(op.stride.w, s.out_width);
  const std::int64_t phase_width = ceil_div(s.out_width, op.stride.w);
  const std::int64_t tile = tile_width(s.taps(), phase_width), tiles = ceil_div(phase_width, tile);
  const Scratch patches(team, s.taps() * tile), filters(team, s.taps() * s.group_outs),
      sums(team, s.group_outs * tile);

  team.parallel_for(s.out_height * phases * tiles, [&](std::int64_t index, int worker) {
    const std::int64_t phase = index / tiles % phases, skipped = index % tiles * tile;
    const std::int64_t available = ceil_div(s.out_width - phase, op.stride.w) - skipped;
    if (available <= 0) return;
    const Piece piece{index / tiles / phases, phase + skipped * op.stride.w, std::min(tile, available)};
    for (std::int64_t group = 0; group < op.groups; ++group) {
      PhaseTaps taps{patches.of(worker), filters.of(worker)};
      gather_taps(op, s, in[0].values, in[1].values, group, piece, taps);
      float* sum = sums.of(worker);
      const std::int64_t first_out = group * s.group_outs;
      for (std::int64_t o = 0; o < s.group_outs; ++o)
        std::fill_n(sum + o * piece.width, piece.width, bias ? bias[first_out + o] : 0.0f);
      add_row_product({s.group_outs, taps.count, piece.width, taps.weights, s.taps(), taps.patch, piece.width,
                       sum, piece.width});
      for (std::int64_t o = 0; o < s.group_outs; ++o) {
        float* to = out[0].values + ((first_out + o) * s.out_height + piece.y) * s.out_width + piece.first;
        for (std::int64_t i = 0; i < piece.width; ++i) to[i * op.stride.w] = sum[o * piece.width + i];
      }
    }
  });
}

}  // namespace nawq::reference
