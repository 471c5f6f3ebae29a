#include "codec/packed_weights.h"

#include <algorithm>
#include <cstring>

namespace nawq::codec {
namespace {

constexpr std::int32_t kInputsOfStep = 4;  // input channels side by side in packed codes

std::int32_t ceil_div(std::int32_t a, std::int32_t b) { return (a + b - 1) / b; }

std::vector<Segment> find_segments(const plan::Convolution& conv, std::int32_t channels, int lanes,
                                   bool depthwise) {
  if (depthwise) return {{0, channels, conv.src.first_channel, channels, ceil_div(channels, lanes), 0}};
  std::vector<Segment> segments;
  const std::int32_t outputs = channels / conv.groups, inputs = conv.src.channels / conv.groups;
  for (std::int32_t g = 0; g < conv.groups; ++g)
    segments.push_back(
        {g * outputs, outputs, conv.src.first_channel + g * inputs, inputs, ceil_div(outputs, lanes), 0});
  return segments;
}

// Calls put(packed index, source index) for every weight. Packed numbers without a source are left alone.
template <class Put>
void each_weight(const plan::Convolution& conv, const Segment& segment, int lanes, bool floating, Put&& put) {
  const std::int64_t taps = std::int64_t{conv.kernel.h} * conv.kernel.w;
  const std::int64_t inputs = segment.inputs;
  const std::int64_t steps = plan::padded_channels(segment.inputs) / kInputsOfStep;
  for (std::int64_t o = 0; o < segment.channels; ++o)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      for (std::int64_t i = 0; i < inputs; ++i) {
        const std::int64_t vector = o / lanes, lane = o % lanes;
        const std::int64_t quad = (vector * taps + tap) * steps + i / kInputsOfStep;
        const std::int64_t packed = floating ? ((quad * kInputsOfStep + i % kInputsOfStep) * lanes + lane)
                                             : ((quad * lanes + lane) * kInputsOfStep + i % kInputsOfStep);
        put(packed, ((segment.first_channel + o) * taps + tap) * inputs + i);
      }
}

// [vector][tap][lane]
template <class Put>
void each_depthwise_weight(const plan::Convolution& conv, const Segment& segment, int lanes, Put&& put) {
  const std::int64_t taps = std::int64_t{conv.kernel.h} * conv.kernel.w;
  for (std::int64_t c = 0; c < segment.channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      put((c / lanes * taps + tap) * lanes + c % lanes, c * taps + tap);
}

template <class Number>
void pack(const plan::Convolution& conv, const std::vector<Number>& from, PackedWeights& packed) {
  std::memset(packed.weights.data(), 0, static_cast<std::size_t>(packed.weights.size()));
  for (const Segment& segment : packed.segments) {
    auto* to = reinterpret_cast<Number*>(packed.weights.data() + segment.weights_bytes);
    const auto put = [&](std::int64_t at, std::int64_t source) {
      to[at] = from[static_cast<std::size_t>(source)];
    };
    if (packed.is_depthwise)
      each_depthwise_weight(conv, segment, packed.lanes, put);
    else
      each_weight(conv, segment, packed.lanes, sizeof(Number) == sizeof(float), put);
  }
}

}  // namespace

bool is_depthwise(const plan::Convolution& conv, std::int32_t channels) {
  return conv.groups > 1 && conv.groups == channels && conv.src.channels == channels && !conv.wide_sums &&
         conv.pad_values.empty();
}

PackedWeights pack_weights(const plan::Convolution& conv, std::int32_t channels, int lanes) {
  PackedWeights packed;
  packed.is_depthwise = is_depthwise(conv, channels);
  packed.lanes = lanes;
  packed.segments = find_segments(conv, channels, lanes, packed.is_depthwise);
  const bool floating = conv.codes.empty();
  const std::int64_t taps = std::int64_t{conv.kernel.h} * conv.kernel.w;
  std::int64_t bytes = 0;
  for (Segment& segment : packed.segments) {
    segment.weights_bytes = bytes;
    const std::int64_t inputs = packed.is_depthwise ? 1 : plan::padded_channels(segment.inputs);
    const std::int64_t size = segment.vectors * lanes * taps * inputs * (floating ? 4 : 1);
    bytes += (size + 63) / 64 * 64;
  }
  packed.weights = AlignedBuffer(bytes);
  if (floating)
    pack(conv, conv.weights, packed);
  else
    pack(conv, conv.codes, packed);
  const std::size_t each = floating ? 0 : conv.codes.size() / static_cast<std::size_t>(channels);
  for (std::size_t o = 0; !floating && o < static_cast<std::size_t>(channels); ++o) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < each; ++i) sum += conv.codes[o * each + i];
    packed.code_sums.push_back(sum);
  }
  return packed;
}

}  // namespace nawq::codec
