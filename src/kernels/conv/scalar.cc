// The judge of bits: dense convolution by the words of conv.h and docs/numerics.md, one number at a time.
#include <cmath>

#include "kernels/conv/conv.h"
#include "kernels/epilogue_scalar.h"

namespace nawq::kernels {
namespace {

constexpr int kLanes = 16;  // as kernels.inc says

std::int32_t load_code(const std::byte* from, Format format, int channel) {
  if (format == Format::kCode8) return reinterpret_cast<const std::uint8_t*>(from)[channel];
  return reinterpret_cast<const std::int16_t*>(from)[channel];
}

// Position of the weight of (output channel, tap, input channel) in the packed order of conv.h, in weights.
std::ptrdiff_t packed_index(const ConvRow& row, int output, int tap, int input, int step_channels) {
  const std::ptrdiff_t steps = row.channels / step_channels;
  const std::ptrdiff_t vector = output / kLanes, lane = output % kLanes;
  const std::ptrdiff_t at_step = (vector * row.taps_h * row.taps_w + tap) * steps + input / step_channels;
  return (at_step * kLanes + lane) * step_channels + input % step_channels;
}

const std::byte* tap_address(const ConvRow& row, int pixel, int ky, int kx) {
  return static_cast<const std::byte*>(row.src) + ky * row.src_row_bytes + kx * row.src_tap_bytes +
         pixel * row.src_pixel_bytes;
}

template <class Sum>
Sum correction(const Epilogue& epilogue, int output) {
  if (sizeof(Sum) > 4 && epilogue.wide_correction) return static_cast<Sum>(epilogue.wide_correction[output]);
  return epilogue.correction[output];
}

template <class Sum>
float code_result(const ConvRow& row, Format format, int pixel, int output) {
  const auto* weights = static_cast<const std::int8_t*>(row.weights);
  Sum acc = correction<Sum>(row.epilogue, output);
  for (int ky = 0; ky < row.taps_h; ++ky)
    for (int kx = 0; kx < row.taps_w; ++kx)
      for (int c = 0; c < row.channels; ++c)
        acc += load_code(tap_address(row, pixel, ky, kx), format, c) *
               weights[packed_index(row, output, ky * row.taps_w + kx, c, 4)];
  return std::fma(static_cast<float>(acc), row.epilogue.multiplier[output], row.epilogue.bias[output]);
}

float float_result(const ConvRow& row, int pixel, int output) {
  const auto* weights = static_cast<const float*>(row.weights);
  float acc = 0;
  for (int ky = 0; ky < row.taps_h; ++ky)
    for (int kx = 0; kx < row.taps_w; ++kx)
      for (int c = 0; c < row.channels; ++c)
        acc = std::fma(reinterpret_cast<const float*>(tap_address(row, pixel, ky, kx))[c],
                       weights[packed_index(row, output, ky * row.taps_w + kx, c, 1)], acc);
  return acc + row.epilogue.bias[output];
}

template <Format format, class Sum = std::int32_t>
void conv_row_scalar(const ConvRow& row) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int output = 0; output < row.vectors * kLanes; ++output) {
      const float r = format == Format::kFloat ? float_result(row, pixel, output)
                                               : code_result<Sum>(row, format, pixel, output);
      finish_scalar(row.epilogue, r, output, pixel);
    }
}

}  // namespace

void conv_code8_w8_scalar(const ConvRow& row) { conv_row_scalar<Format::kCode8>(row); }
void conv_code16_w8_scalar(const ConvRow& row) { conv_row_scalar<Format::kCode16>(row); }
void conv_float_float_scalar(const ConvRow& row) { conv_row_scalar<Format::kFloat>(row); }

void conv_code8_w8_wide_scalar(const ConvRow& row) { conv_row_scalar<Format::kCode8, std::int64_t>(row); }
void conv_code16_w8_wide_scalar(const ConvRow& row) { conv_row_scalar<Format::kCode16, std::int64_t>(row); }

}  // namespace nawq::kernels
