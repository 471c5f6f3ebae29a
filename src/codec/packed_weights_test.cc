#include "codec/packed_weights.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

namespace nawq::codec {
namespace {

// Code or weight number i is i % 251 - 125: never 0 twice in a row.
plan::Convolution convolution(std::int32_t channels, std::int32_t inputs, std::int32_t groups,
                              plan::Size2d kernel, bool floating) {
  plan::Convolution conv;
  conv.src = {2, 3, inputs};
  conv.groups = groups;
  conv.kernel = kernel;
  const int count = channels * kernel.h * kernel.w * (inputs / groups);
  for (int i = 0; i < count; ++i) {
    if (floating)
      conv.weights.push_back(static_cast<float>(i % 251 - 125));
    else
      conv.codes.push_back(static_cast<std::int8_t>(i % 251 - 125));
  }
  return conv;
}

template <class Number>
Number number_at(const PackedWeights& packed, const Segment& segment, std::int64_t index) {
  Number number;
  std::memcpy(&number, packed.weights.data() + segment.weights_bytes + index * std::int64_t{sizeof(Number)},
              sizeof number);
  return number;
}

// Every packed number is the weight that conv.h says, and 0 where there is none.
template <class Number>
void expect_packed(const plan::Convolution& conv, std::int32_t channels, int lanes,
                   const std::vector<Number>& weights) {
  constexpr bool kFloating = sizeof(Number) == 4;
  const PackedWeights packed = pack_weights(conv, channels, lanes);
  EXPECT_FALSE(packed.is_depthwise);
  ASSERT_EQ(packed.segments.size(), static_cast<std::size_t>(conv.groups));
  const std::int32_t outputs = channels / conv.groups, inputs = conv.src.channels / conv.groups;
  const std::int64_t taps = std::int64_t{conv.kernel.h} * conv.kernel.w, stored = (inputs + 3) / 4 * 4;
  for (std::int32_t g = 0; g < conv.groups; ++g) {
    const Segment& segment = packed.segments[static_cast<std::size_t>(g)];
    EXPECT_EQ(segment.first_channel, g * outputs);
    EXPECT_EQ(segment.channels, outputs);
    EXPECT_EQ(segment.first_input, conv.src.first_channel + g * inputs);
    EXPECT_EQ(segment.inputs, inputs);
    EXPECT_EQ(segment.weights_bytes % 64, 0) << "kernels want it aligned";
    ASSERT_GE(segment.vectors * lanes, outputs);
    for (std::int64_t o = 0; o < std::int64_t{segment.vectors} * lanes; ++o)
      for (std::int64_t tap = 0; tap < taps; ++tap)
        for (std::int64_t i = 0; i < stored; ++i) {
          const std::int64_t quad = (o / lanes * taps + tap) * (stored / 4) + i / 4;
          const std::int64_t at =
              kFloating ? (quad * 4 + i % 4) * lanes + o % lanes : (quad * lanes + o % lanes) * 4 + i % 4;
          const bool is_real = o < outputs && i < inputs;
          const std::int64_t source = ((g * outputs + o) * taps + tap) * inputs + i;
          ASSERT_EQ(number_at<Number>(packed, segment, at),
                    is_real ? weights[static_cast<std::size_t>(source)] : Number{0})
              << "group " << g << ", output " << o << ", tap " << tap << ", input " << i;
        }
  }
}

TEST(PackedWeights, LieInTheOrderOfTheKernels) {
  for (const int lanes : {8, 16})
    for (const std::int32_t groups : {1, 2}) {
      const plan::Convolution codes = convolution(22, 10, groups, {3, 2}, false);
      expect_packed(codes, 22, lanes, codes.codes);
      const plan::Convolution floats = convolution(22, 10, groups, {3, 2}, true);
      expect_packed(floats, 22, lanes, floats.weights);
    }
}

TEST(PackedWeights, OfDepthwiseLieByTapAndLane) {
  constexpr int kLanes = 8;
  const plan::Convolution conv = convolution(11, 11, 11, {3, 3}, false);
  ASSERT_TRUE(is_depthwise(conv, 11));
  const PackedWeights packed = pack_weights(conv, 11, kLanes);
  EXPECT_TRUE(packed.is_depthwise);
  ASSERT_EQ(packed.segments.size(), 1u);
  EXPECT_EQ(packed.segments[0].vectors, 2);
  for (std::int64_t c = 0; c < 2 * kLanes; ++c)
    for (std::int64_t tap = 0; tap < 9; ++tap)
      ASSERT_EQ(
          number_at<std::int8_t>(packed, packed.segments[0], (c / kLanes * 9 + tap) * kLanes + c % kLanes),
          c < 11 ? conv.codes[static_cast<std::size_t>(c * 9 + tap)] : 0);
}

TEST(PackedWeights, DepthwiseIsOneFilterAChannel) {
  EXPECT_FALSE(is_depthwise(convolution(8, 4, 4, {3, 3}, false), 8)) << "two filters a channel";
  EXPECT_FALSE(is_depthwise(convolution(1, 1, 1, {3, 3}, false), 1)) << "dense as well";
  plan::Convolution wide = convolution(8, 8, 8, {3, 3}, false);
  EXPECT_TRUE(is_depthwise(wide, 8));
  wide.wide_sums = true;
  EXPECT_FALSE(is_depthwise(wide, 8)) << "its kernels have no wide sums";
  plan::Convolution shifted = convolution(8, 8, 8, {3, 3}, false);
  shifted.pad_values.assign(8, 0.5f);
  EXPECT_FALSE(is_depthwise(shifted, 8)) << "its kernels have one bias for all pixels";
}

TEST(PackedWeights, CountTheSumOfCodes) {
  const plan::Convolution conv = convolution(5, 6, 1, {3, 3}, false);
  const PackedWeights packed = pack_weights(conv, 5, 16);
  ASSERT_EQ(packed.code_sums.size(), 5u);
  for (std::ptrdiff_t o = 0; o < 5; ++o)
    EXPECT_EQ(packed.code_sums[static_cast<std::size_t>(o)],
              std::accumulate(conv.codes.begin() + o * 54, conv.codes.begin() + (o + 1) * 54, 0));
}

}  // namespace
}  // namespace nawq::codec
