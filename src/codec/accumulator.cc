#include "codec/accumulator.h"

#include <cmath>

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

std::int64_t packed_channels(const Segment& segment, int lanes) {
  return std::int64_t{segment.vectors} * lanes;
}

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

std::vector<std::int64_t> corrections(const PackedWeights& packed, const Segment& segment,
                                      const plan::Quantization& src) {
  const std::int64_t offset = src.format == plan::Format::kCode16 ? kernels::kCode16Offset : 0;
  std::vector<std::int64_t> made(at(packed_channels(segment, packed.lanes)), 0);
  for (std::int32_t c = 0; c < segment.channels; ++c)
    made[at(c)] = (offset - src.zero_point) * packed.code_sums[at(segment.first_channel + c)];
  return made;
}

std::vector<float> multipliers(const plan::Convolution& conv, const Segment& segment, int lanes,
                               const plan::Quantization& src) {
  std::vector<float> made(at(packed_channels(segment, lanes)), 0);
  for (std::int32_t c = 0; c < segment.channels; ++c)
    made[at(c)] =
        static_cast<float>(double{src.scale} * double{conv.weight_scales[at(segment.first_channel + c)]});
  return made;
}

std::vector<float> biases(const plan::Convolution& conv, const Segment& segment, int lanes,
                          const plan::Quantization& src, bool dre, TapRange rows, TapRange columns) {
  std::vector<float> made(at(packed_channels(segment, lanes)), 0);
  for (std::int32_t c = 0; c < segment.channels; ++c) {
    const std::int32_t channel = segment.first_channel + c;
    double bias = conv.bias[at(channel)];
    const bool in_codes = !conv.codes.empty() && !dre;
    if (in_codes) bias = rounded(bias, double{src.scale} * double{conv.weight_scales[at(channel)]});
    if (!conv.pad_values.empty()) bias += padding(conv, segment, channel, rows, columns);
    made[at(c)] = static_cast<float>(bias);
  }
  return made;
}

}  // namespace nawq::codec
