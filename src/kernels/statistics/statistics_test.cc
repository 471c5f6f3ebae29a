// Every kernel of sums that this machine runs against the scalar one, and that one at the extremes; it reads
// no number beyond the last channel of the last pixel.
#include "kernels/statistics/statistics.h"

#include <vector>

#include "base/text.h"
#include "kernels/guarded_buffer_test.h"
#include "kernels/kernel_list_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

struct Sums {
  std::vector<std::uint64_t> sums, squares;
  std::vector<double> float_sums, float_squares;
  bool operator==(const Sums&) const = default;
};

// Added to what is there already: a running row.
Sums add_up(const StatisticsKernel& kernel, StatisticsRow row, int times = 1) {
  // The numbers behind the last channel's are to stay as they are.
  const auto channels = static_cast<std::size_t>(row.channels + kMostLanes);
  Sums made{std::vector<std::uint64_t>(channels, 5), std::vector<std::uint64_t>(channels, 6),
            std::vector<double>(channels, 0.5), std::vector<double>(channels, 0.25)};
  row.sums = made.sums.data();
  row.squares = made.squares.data();
  row.float_sums = made.float_sums.data();
  row.float_squares = made.float_squares.data();
  for (int i = 0; i < times; ++i) kernel.run(row);
  return made;
}

const StatisticsKernel& judge_of(Format src) {
  for (const StatisticsKernel& kernel : statistics_kernels())
    if (kernel.src == src && kernel.isa == Isa::kScalar) return kernel;
  return statistics_kernels().back();
}

using StatisticsKernelTest = KernelListTest<StatisticsKernel>;

TEST_P(StatisticsKernelTest, RandomShapesEqualScalar) {
  const StatisticsKernel& kernel = GetParam();
  std::mt19937 random(3);
  for (int i = 0; i < 150; ++i) {
    const int width_px = pick(random, 1, 700), channels = pick(random, 1, 70), gap = pick(random, 0, 3);
    const auto pixel_bytes = bytes_of(kernel.src) * static_cast<std::size_t>(channels + gap);
    const auto bytes = pixel_bytes * static_cast<std::size_t>(width_px) -
                       bytes_of(kernel.src) * static_cast<std::size_t>(gap);
    const GuardedBuffer source(bytes);
    fill_numbers(random, kernel.src, source.data(), bytes / bytes_of(kernel.src));
    const StatisticsRow row{.src = source.data(),
                            .src_pixel_bytes = static_cast<std::ptrdiff_t>(pixel_bytes),
                            .channels = channels,
                            .width_px = width_px};
    EXPECT_EQ(add_up(kernel, row, 2), add_up(judge_of(kernel.src), row, 2))
        << concat(kernel.name, " width ", width_px, " channels ", channels);
  }
}

class StatisticsOfCodesTest : public StatisticsKernelTest {};

TEST_P(StatisticsOfCodesTest, TheLargestCodesDoNotOverflow) {
  const StatisticsKernel& kernel = GetParam();
  constexpr std::uint64_t kWidth = 70000;
  const std::uint64_t largest = kernel.src == Format::kCode8 ? 255 : 65535;
  const std::vector<std::uint8_t> bytes(kWidth * 3, 255);
  const std::vector<std::int16_t> words(kWidth * 3, 32767);
  const void* source = kernel.src == Format::kCode8 ? static_cast<const void*>(bytes.data()) : words.data();
  const Sums made = add_up(kernel, {.src = source,
                                    .src_pixel_bytes = static_cast<std::ptrdiff_t>(3 * bytes_of(kernel.src)),
                                    .channels = 3,
                                    .width_px = kWidth});
  for (std::size_t channel = 0; channel < 3; ++channel) {
    EXPECT_EQ(made.sums[channel], 5 + kWidth * largest);
    EXPECT_EQ(made.squares[channel], 6 + kWidth * largest * largest);
  }
}

INSTANTIATE_TEST_SUITE_P(All, StatisticsKernelTest, all_of(statistics_kernels()), kKernelName);
INSTANTIATE_TEST_SUITE_P(All, StatisticsOfCodesTest,
                         all_of(statistics_kernels(), {Format::kCode8, Format::kCode16}), kKernelName);

}  // namespace
}  // namespace nawq::kernels
