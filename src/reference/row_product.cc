#include "reference/row_product.h"

#include <algorithm>

namespace nawq::reference {
namespace {

constexpr int kTaps = 4;

// kTaps taps into one output row at once: each sum is loaded and stored once for kTaps products.
void add_taps(const float* weights, const float* __restrict rows, std::int64_t row_stride, std::int64_t width,
              float* __restrict out) {
  const float w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
  const float *row0 = rows, *row1 = row0 + row_stride, *row2 = row1 + row_stride, *row3 = row2 + row_stride;
  for (std::int64_t x = 0; x < width; ++x) {
    float sum = out[x];
    sum += w0 * row0[x];
    sum += w1 * row1[x];
    sum += w2 * row2[x];
    sum += w3 * row3[x];
    out[x] = sum;
  }
}

void add_tap(float weight, const float* __restrict row, std::int64_t width, float* __restrict out) {
  for (std::int64_t x = 0; x < width; ++x) out[x] += weight * row[x];
}

}  // namespace

void add_row_product(const RowProduct& p) {
  constexpr std::int64_t kOutsAtOnce = 4;
  for (std::int64_t first_out = 0; first_out < p.outs; first_out += kOutsAtOnce) {
    const std::int64_t last_out = std::min(p.outs, first_out + kOutsAtOnce);
    std::int64_t tap = 0;
    for (; tap + kTaps <= p.taps; tap += kTaps)
      for (std::int64_t o = first_out; o < last_out; ++o)
        add_taps(p.weights + o * p.weight_stride + tap, p.rows + tap * p.row_stride, p.row_stride, p.width,
                 p.out + o * p.out_stride);
    for (; tap < p.taps; ++tap)
      for (std::int64_t o = first_out; o < last_out; ++o)
        add_tap(p.weights[o * p.weight_stride + tap], p.rows + tap * p.row_stride, p.width,
                p.out + o * p.out_stride);
  }
}

}  // namespace nawq::reference
