// The judge of bits: one number at a time.
#include "kernels/epilogue_scalar.h"
#include "kernels/pointwise/pointwise.h"

namespace nawq::kernels {

constexpr int kLanes = 16;  // as kernels.inc says

void pointwise_scalar(const PointwiseRow& row) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.vectors * kLanes; ++channel)
      finish_scalar(row.epilogue, 0, channel, pixel);
}

}  // namespace nawq::kernels
