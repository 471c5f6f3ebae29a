#include "codec/accumulator.h"

#include <cmath>

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// round(bias / (scale_x scale_w)) * scale_x * scale_w
double rounded(double bias, double scale) { return std::nearbyint(bias / scale) * scale; }

double weight(const plan::Convolution& conv, std::int32_t channel, std::int64_t index) {
  if (conv.codes.empty()) return conv.weights[at(index)];
  return double{conv.weight_scales[at(channel)]} * conv.codes[at(index)];
}

// What the taps outside the picture add.
double padding(const plan::Convolution& conv, const Segment& segment, std::int32_t channel, TapRange rows,
               TapRange columns) {
  double sum = 0;
  std::int64_t index = std::int64_t{channel} * conv.kernel.h * conv.kernel.w * segment.inputs;
  for (std::int32_t ky = 0; ky < conv.kernel.h; ++ky)
    for (std::int32_t kx = 0; kx < conv.kernel.w; ++kx) {
      const bool inside = ky >= rows.first && ky < rows.last && kx >= columns.first && kx < columns.last;
      for (std::int32_t i = 0; i < segment.inputs; ++i, ++index)
        if (!inside)
          sum += weight(conv, channel, index) *
                 conv.pad_values[at(segment.first_input - conv.src.first_channel + i)];
    }
  return sum;
}

}  // namespace

std::int64_t correction(const PackedWeights& packed, std::int32_t channel, const plan::Quantization& src) {
  const std::int64_t offset = src.format == plan::Format::kCode16 ? kernels::kCode16Offset : 0;
  return (offset - src.zero_point) * packed.code_sums[at(channel)];
}

float multiplier(const plan::Convolution& conv, std::int32_t channel, const plan::Quantization& src) {
  return static_cast<float>(double{src.scale} * double{conv.weight_scales[at(channel)]});
}

float bias(const plan::Convolution& conv, const Segment& segment, std::int32_t channel,
           const plan::Quantization& src, bool dre, TapRange rows, TapRange columns) {
  double made = conv.bias[at(channel)];
  const bool in_codes = !conv.codes.empty() && !dre;
  if (in_codes) made = rounded(made, double{src.scale} * double{conv.weight_scales[at(channel)]});
  if (!conv.pad_values.empty()) made += padding(conv, segment, channel, rows, columns);
  return static_cast<float>(made);
}

}  // namespace nawq::codec
