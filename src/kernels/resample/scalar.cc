// The judge of bits: resampling by the words of resample.h, one number at a time.
#include <cmath>

#include "kernels/epilogue_scalar.h"
#include "kernels/resample/resample.h"

namespace nawq::kernels {
namespace {

constexpr int kLanes = 16;  // as kernels.inc says

template <class Number, class Real>
float weighted_sum(const ResampleRow& row, int pixel, int channel, Real&& real) {
  float r = 0;
  for (int y = 0; y < row.row_count; ++y)
    for (int i = 0; i < row.taps_w; ++i) {
      const std::ptrdiff_t tap = std::ptrdiff_t{pixel} * row.taps_w + i;
      const auto* at = static_cast<const std::byte*>(row.rows[y]) + row.tap_bytes[tap];
      r = std::fma(real(reinterpret_cast<const Number*>(at)[channel]),
                   row.row_weights[y] * row.tap_weights[tap], r);
    }
  return r;
}

template <class Number, class Real>
void resample_row(const ResampleRow& row, Real&& real) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.vectors * kLanes; ++channel)
      finish_scalar(row.epilogue, weighted_sum<Number>(row, pixel, channel, real), channel, pixel);
}

float real_of(const ResampleRow& row, std::int32_t code) {
  return static_cast<float>(code - row.zero_point) * row.scale;
}

}  // namespace

void resample_code8_scalar(const ResampleRow& row) {
  resample_row<std::uint8_t>(row, [&](std::int32_t code) { return real_of(row, code); });
}
void resample_code16_scalar(const ResampleRow& row) {
  resample_row<std::int16_t>(row, [&](std::int32_t code) { return real_of(row, code + kCode16Offset); });
}
void resample_float_scalar(const ResampleRow& row) {
  resample_row<float>(row, [](float value) { return value; });
}

}  // namespace nawq::kernels
