// The judge of bits: depthwise convolution by the words of depthwise.h and docs/numerics.md, one number at a
// time.
#include <cmath>

#include "kernels/depthwise/depthwise.h"
#include "kernels/epilogue_scalar.h"

namespace nawq::kernels {
namespace {

constexpr int kLanes = 16;  // as kernels.inc says

const std::byte* tap_address(const DepthwiseRow& row, int pixel, int tap) {
  return static_cast<const std::byte*>(row.src) + pixel * row.src_pixel_bytes +
         tap / row.taps_w * row.src_row_bytes + tap % row.taps_w * row.src_tap_bytes;
}

int packed_index(const DepthwiseRow& row, int channel, int tap) {
  return (channel / kLanes * row.taps_h * row.taps_w + tap) * kLanes + channel % kLanes;
}

template <class Code>
float code_result(const DepthwiseRow& row, int pixel, int channel) {
  const auto* weights = static_cast<const std::int8_t*>(row.weights);
  std::int32_t acc = row.epilogue.correction[channel];
  for (int tap = 0; tap < row.taps_h * row.taps_w; ++tap)
    acc += reinterpret_cast<const Code*>(tap_address(row, pixel, tap))[channel] *
           weights[packed_index(row, channel, tap)];
  return std::fma(static_cast<float>(acc), row.epilogue.multiplier[channel], row.epilogue.bias[channel]);
}

float float_result(const DepthwiseRow& row, int pixel, int channel) {
  const auto* weights = static_cast<const float*>(row.weights);
  float acc = 0;
  for (int tap = 0; tap < row.taps_h * row.taps_w; ++tap)
    acc = std::fma(reinterpret_cast<const float*>(tap_address(row, pixel, tap))[channel],
                   weights[packed_index(row, channel, tap)], acc);
  return acc + row.epilogue.bias[channel];
}

template <class Result>
void depthwise_row(const DepthwiseRow& row, Result&& result) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.vectors * kLanes; ++channel)
      finish_scalar(row.epilogue, result(row, pixel, channel), channel, pixel);
}

}  // namespace

void depthwise_code8_w8_scalar(const DepthwiseRow& row) { depthwise_row(row, code_result<std::uint8_t>); }
void depthwise_code16_w8_scalar(const DepthwiseRow& row) { depthwise_row(row, code_result<std::int16_t>); }
void depthwise_float_float_scalar(const DepthwiseRow& row) { depthwise_row(row, float_result); }

}  // namespace nawq::kernels
