// Prints the speed of every kernel that this machine runs at the shapes of super-resolution networks, where
// NAWQSR_TIME_KERNELS is set. One thread; a picture of 320 x 32 pixels, the best of several passes.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "kernels/conv/conv.h"
#include "kernels/depthwise/depthwise.h"
#include "kernels/kernel_list_test.h"
#include "kernels/pointwise/pointwise.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

constexpr int kWidth = 320, kHeight = 32;

struct Shape {
  const char* name;
  int channels, outputs, taps;
  int block = 1;  // a pixel shuffle of this factor stores the outputs
};

constexpr Shape kConvolutions[] = {{"16->16 3x3", 16, 16, 3},
                                   {"16->16 7x7", 16, 16, 7},
                                   {"4->16 3x3", 4, 16, 3},
                                   {"4->12 3x3 shuffled", 4, 12, 3, 2},
                                   {"64->48 3x3 shuffled", 64, 48, 3, 4},
                                   {"64->64 3x3", 64, 64, 3},
                                   {"64->64 1x1", 64, 64, 1},
                                   {"48->64 3x3", 48, 64, 3}};

bool is_asked() { return std::getenv("NAWQSR_TIME_KERNELS") != nullptr; }

// Memory aligned to cache lines.
class Numbers {
 public:
  Numbers(std::mt19937& random, Format format, std::size_t count)
      : bytes_(count * bytes_of(format) + 128),
        skip_(64 - reinterpret_cast<std::uintptr_t>(bytes_.data()) % 64) {
    fill_numbers(random, format, data(), count);
  }
  std::byte* data() { return bytes_.data() + skip_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t skip_;
};

// Seconds of the fastest of several passes; each lasts long enough to be measured.
template <class Pass>
double best_seconds(Pass&& pass) {
  double best = 1e9;
  for (int i = 0; i < 30; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    pass();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    best = std::min(best, spent.count());
  }
  return best;
}

std::size_t count_of(int number) { return static_cast<std::size_t>(number); }

// What all convolutions have behind their sums: a slope and a store.
class LayerEnd {
 public:
  LayerEnd(std::mt19937& random, Format src, int packed, int outputs, int block)
      : correction_(count_of(packed), 100),
        multiplier_(count_of(packed), src == Format::kCode8 ? 1e-5f : 4e-8f),
        slopes_(count_of(packed), 0.2f),
        pixel_bytes_(static_cast<std::ptrdiff_t>(bytes_of(src)) * outputs / block),
        output_(random, src, count_of((kWidth + 16) * kHeight * outputs)) {
    bias_ = multiplier_;
    for (int i = 0; i < block; ++i)
      runs_.push_back({.row = nullptr,
                       .pixel_bytes = pixel_bytes_,
                       .format = src,
                       .inverse_scale = src == Format::kCode8 ? 100.0f : 20000.0f,
                       .zero_point = 3,
                       .first_channel = i * outputs / block,
                       .channels = outputs / block});
  }

  Epilogue at(int y) {
    for (std::size_t i = 0; i < runs_.size(); ++i)
      runs_[i].row =
          output_.data() + (y * static_cast<std::ptrdiff_t>(runs_.size()) + static_cast<std::ptrdiff_t>(i)) *
                               kWidth * pixel_bytes_;
    Epilogue made;
    made.correction = correction_.data();
    made.multiplier = multiplier_.data();
    made.bias = bias_.data();
    made.steps[0] = {.kind = StepKind::kSlope, .per_channel = slopes_.data()};
    made.step_count = 1;
    made.destinations = runs_.data();
    made.destination_count = static_cast<int>(runs_.size());
    return made;
  }

 private:
  std::vector<std::int32_t> correction_;
  std::vector<float> multiplier_, bias_, slopes_;
  std::ptrdiff_t pixel_bytes_;
  Numbers output_;
  std::vector<Destination> runs_;
};

using ConvTimingTest = KernelListTest<ConvKernel>;

TEST_P(ConvTimingTest, PrintsItsSpeedWhereAsked) {
  if (!is_asked()) GTEST_SKIP() << "NAWQSR_TIME_KERNELS is not set";
  const ConvKernel& kernel = GetParam();
  std::mt19937 random(1);
  for (const Shape& shape : kConvolutions) {
    const int vectors = (shape.outputs + kernel.lanes - 1) / kernel.lanes, packed = vectors * kernel.lanes;
    const int source_width = kWidth + shape.taps - 1;
    Numbers source(random, kernel.src, count_of(source_width * (kHeight + shape.taps - 1) * shape.channels));
    Numbers weights(random, kernel.src == Format::kFloat ? Format::kFloat : Format::kCode8,
                    count_of(packed * shape.taps * shape.taps * shape.channels));
    LayerEnd end(random, kernel.src, packed, shape.outputs, shape.block);
    ConvRow row;
    const auto channel_bytes = static_cast<std::ptrdiff_t>(bytes_of(kernel.src));
    row.src_pixel_bytes = channel_bytes * shape.channels;
    row.src_row_bytes = row.src_pixel_bytes * source_width;
    // Taps of a kernel row lie side by side: one tap with more channels.
    row.src_tap_bytes = row.src_pixel_bytes * shape.taps;
    row.taps_h = shape.taps;
    row.channels = shape.channels * shape.taps;
    row.weights = weights.data();
    row.vectors = vectors;
    row.width_px = kWidth;
    const double seconds = best_seconds([&] {
      for (int y = 0; y < kHeight; ++y) {
        row.src = source.data() + y * row.src_row_bytes;
        row.epilogue = end.at(y);
        kernel.run(row);
      }
    });
    const double macs = 1.0 * kWidth * kHeight * shape.channels * shape.outputs * shape.taps * shape.taps;
    std::printf("%-28s %-20s %7.1f GMAC/s\n", kernel.name, shape.name, macs / seconds / 1e9);
  }
}

using DepthwiseTimingTest = KernelListTest<DepthwiseKernel>;

TEST_P(DepthwiseTimingTest, PrintsItsSpeedWhereAsked) {
  if (!is_asked()) GTEST_SKIP() << "NAWQSR_TIME_KERNELS is not set";
  const DepthwiseKernel& kernel = GetParam();
  constexpr int kTaps = 5, kChannels = 16;
  std::mt19937 random(1);
  Numbers source(random, kernel.src, count_of((kWidth + kTaps) * (kHeight + kTaps) * kChannels));
  Numbers weights(random, kernel.src == Format::kFloat ? Format::kFloat : Format::kCode8,
                  count_of(kTaps * kTaps * kChannels));
  LayerEnd end(random, kernel.src, kChannels, kChannels, 1);
  DepthwiseRow row;
  row.src_pixel_bytes = row.src_tap_bytes = static_cast<std::ptrdiff_t>(bytes_of(kernel.src)) * kChannels;
  row.src_row_bytes = row.src_pixel_bytes * (kWidth + kTaps - 1);
  row.taps_h = row.taps_w = kTaps;
  row.weights = weights.data();
  row.vectors = kChannels / kernel.lanes;
  row.width_px = kWidth;
  const double seconds = best_seconds([&] {
    for (int y = 0; y < kHeight; ++y) {
      row.src = source.data() + y * row.src_row_bytes;
      row.epilogue = end.at(y);
      kernel.run(row);
    }
  });
  const double macs = 1.0 * kWidth * kHeight * kChannels * kTaps * kTaps;
  std::printf("%-28s %-20s %7.1f GMAC/s\n", kernel.name, "16 5x5", macs / seconds / 1e9);
}

using PointwiseTimingTest = KernelListTest<PointwiseKernel>;

TEST_P(PointwiseTimingTest, PrintsItsSpeedWhereAsked) {
  if (!is_asked()) GTEST_SKIP() << "NAWQSR_TIME_KERNELS is not set";
  const PointwiseKernel& kernel = GetParam();
  constexpr int kChannels = 64;
  for (const Format format : {Format::kCode8, Format::kCode16, Format::kFloat}) {
    std::mt19937 random(1);
    const auto row_bytes = static_cast<std::ptrdiff_t>(bytes_of(format)) * kChannels * kWidth;
    Numbers a(random, format, kChannels * kWidth * kHeight), b(random, format, kChannels * kWidth * kHeight);
    LayerEnd end(random, format, kChannels, kChannels, 1);
    PointwiseRow row;
    row.vectors = kChannels / kernel.lanes;
    row.width_px = kWidth;
    const double seconds = best_seconds([&] {
      for (int y = 0; y < kHeight; ++y) {
        row.epilogue = end.at(y);
        for (int i = 0; i < 2; ++i)
          row.epilogue.steps[i] = {.kind = StepKind::kResidual,
                                   .side = {.row = (i == 0 ? a : b).data() + y * row_bytes,
                                            .pixel_bytes = row_bytes / kWidth,
                                            .format = format,
                                            .scale = 0.01f}};
        row.epilogue.step_count = 2;
        kernel.run(row);
      }
    });
    std::printf("%-28s %-20s %7.1f GB/s\n", kernel.name,
                concat("add, ", 8 * bytes_of(format), " bits").c_str(),
                3.0 * kHeight * static_cast<double>(row_bytes) / seconds / 1e9);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConvTimingTest, all_of(conv_kernels()), kKernelName);
INSTANTIATE_TEST_SUITE_P(All, DepthwiseTimingTest, all_of(depthwise_kernels()), kKernelName);
INSTANTIATE_TEST_SUITE_P(All, PointwiseTimingTest, all_of(pointwise_kernels()), kKernelName);

}  // namespace
}  // namespace nawq::kernels
