// Convolution with 64-bit sums, against loops in 128 bits, where 32 bits would wrap.
#include <cmath>
#include <vector>

#include "base/text.h"
#include "kernels/conv/conv.h"
#include "kernels/kernel_list_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

constexpr int kTaps = 3, kChannels = 64, kOutputs = 16, kWidth = 5;
constexpr int kSourceWidth = kWidth + kTaps - 1;

__extension__ using Int128 = __int128;

std::int64_t source_code(const std::vector<std::byte>& source, Format format, std::size_t index) {
  if (format == Format::kCode8) return reinterpret_cast<const std::uint8_t*>(source.data())[index];
  return reinterpret_cast<const std::int16_t*>(source.data())[index];
}

struct Layer {
  std::vector<std::byte> source;
  std::vector<std::int8_t> weights;  // [output][ky][kx][channel]
  std::vector<std::int64_t> correction;
  std::vector<std::int32_t> narrow_correction;  // given to the kernel instead of the wide one unless empty
  std::vector<float> multiplier, bias;
};

// Largest inputs and weights where `extreme`, else random ones.
Layer make_layer(Format format, bool extreme, unsigned seed) {
  std::mt19937 random(seed);
  Layer layer;
  constexpr std::size_t kNumbers = kTaps * kSourceWidth * kChannels;
  layer.source.resize(kNumbers * bytes_of(format));
  fill_numbers(random, format, layer.source.data(), kNumbers);
  for (std::size_t i = 0; extreme && i < kNumbers; ++i) {
    if (format == Format::kCode8) reinterpret_cast<std::uint8_t*>(layer.source.data())[i] = 255;
    if (format == Format::kCode16) reinterpret_cast<std::int16_t*>(layer.source.data())[i] = -32768;
  }
  for (int i = 0; i < kOutputs * kTaps * kTaps * kChannels; ++i)
    layer.weights.push_back(static_cast<std::int8_t>(extreme ? -127 : pick(random, -127, 127)));
  for (int i = 0; i < kOutputs; ++i) {
    layer.correction.push_back(std::int64_t{pick(random, -1000000, 1000000)} * 5000);
    layer.multiplier.push_back(1e-9f * (2 + real(random)));
    layer.bias.push_back(real(random));
  }
  return layer;
}

float naive(const Layer& layer, Format format, int pixel, int output) {
  Int128 acc = layer.correction[static_cast<std::size_t>(output)];
  for (int ky = 0; ky < kTaps; ++ky)
    for (int kx = 0; kx < kTaps; ++kx)
      for (int c = 0; c < kChannels; ++c) {
        const int at = (ky * kSourceWidth + pixel + kx) * kChannels + c;
        const int weight = ((output * kTaps + ky) * kTaps + kx) * kChannels + c;
        acc += static_cast<Int128>(source_code(layer.source, format, static_cast<std::size_t>(at))) *
               layer.weights[static_cast<std::size_t>(weight)];
      }
  return std::fma(static_cast<float>(acc), layer.multiplier[static_cast<std::size_t>(output)],
                  layer.bias[static_cast<std::size_t>(output)]);
}

std::vector<std::int8_t> pack(const Layer& layer, int lanes) {
  constexpr int kSteps = kTaps * kTaps * kChannels / 4;
  std::vector<std::int8_t> packed(
      static_cast<std::size_t>((kOutputs + lanes - 1) / lanes * lanes * kSteps * 4));
  for (int output = 0; output < kOutputs; ++output)
    for (int i = 0; i < kSteps * 4; ++i) {
      const int to = ((output / lanes * kSteps + i / 4) * lanes + output % lanes) * 4 + i % 4;
      packed[static_cast<std::size_t>(to)] = layer.weights[static_cast<std::size_t>(output * kSteps * 4 + i)];
    }
  return packed;
}

class ConvWideKernelTest : public KernelListTest<ConvKernel> {
 protected:
  static void expect_naive(const ConvKernel& kernel, const Layer& layer) {
    const std::vector<std::int8_t> packed = pack(layer, kernel.lanes);
    float output[kWidth][kOutputs];
    const Destination to{
        .row = output, .pixel_bytes = sizeof output[0], .format = Format::kFloat, .channels = kOutputs};
    ConvRow row;
    row.src = layer.source.data();
    row.src_tap_bytes = row.src_pixel_bytes = kChannels * static_cast<std::ptrdiff_t>(bytes_of(kernel.src));
    row.src_row_bytes = row.src_pixel_bytes * kSourceWidth;
    row.taps_h = row.taps_w = kTaps;
    row.channels = kChannels;
    row.weights = packed.data();
    row.vectors = kOutputs / kernel.lanes;
    row.width_px = kWidth;
    if (layer.narrow_correction.empty()) row.epilogue.wide_correction = layer.correction.data();
    row.epilogue.correction = layer.narrow_correction.data();
    row.epilogue.multiplier = layer.multiplier.data();
    row.epilogue.bias = layer.bias.data();
    row.epilogue.destinations = &to;
    row.epilogue.destination_count = 1;
    kernel.run(row);
    for (int pixel = 0; pixel < kWidth; ++pixel)
      for (int i = 0; i < kOutputs; ++i)
        EXPECT_EQ(output[pixel][i], naive(layer, kernel.src, pixel, i))
            << concat("pixel ", pixel, " output ", i);
  }
};

TEST_P(ConvWideKernelTest, RandomNumbersEqualNaiveLoops) {
  for (unsigned seed = 0; seed < 20; ++seed)
    expect_naive(GetParam(), make_layer(GetParam().src, false, seed));
}

// 32768 * 127 * 3 * 3 * 64 for 16-bit codes: more than 2^31.
TEST_P(ConvWideKernelTest, SumsBeyond32BitsEqualNaiveLoops) {
  const Layer layer = make_layer(GetParam().src, true, 1);
  expect_naive(GetParam(), layer);
}

TEST_P(ConvWideKernelTest, TheNarrowCorrectionStandsInForAMissingWideOne) {
  Layer layer = make_layer(GetParam().src, false, 3);
  for (std::int64_t& correction : layer.correction) {
    correction %= 1000000;
    layer.narrow_correction.push_back(static_cast<std::int32_t>(correction));
  }
  expect_naive(GetParam(), layer);
}

INSTANTIATE_TEST_SUITE_P(All, ConvWideKernelTest, all_of(conv_wide_kernels()), kKernelName);

}  // namespace
}  // namespace nawq::kernels
