// Owns: the one inner loop of convolutions and matrix products: rows of outputs as sums of weighted rows.
// Every output element is summed in the order of `taps`, whatever the blocking, so that its bits depend on
// nothing else.
#pragma once

#include <cstdint>

namespace nawq::reference {

// out[o][x] += sum over t of weights[o][t] * rows[t][x], for o < outs, t < taps, x < width; strides are in
// elements.
struct RowProduct {
  std::int64_t outs, taps, width;
  const float* weights;
  std::int64_t weight_stride;
  const float* rows;
  std::int64_t row_stride;
  float* out;
  std::int64_t out_stride;
};

void add_row_product(const RowProduct& product);

}  // namespace nawq::reference
