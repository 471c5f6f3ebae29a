// Every pooling kernel that this machine runs against the scalar one, and that one against its words.
#include "kernels/pool/pool.h"

#include "base/text.h"
#include "kernels/dispatch.h"
#include "kernels/source_rows_test.h"

namespace nawq::kernels {
namespace {

struct Shape {
  int rows, width_px, channels, most_taps;
};

// As a picture's border makes it: pixels differ in their number of taps.
class Case {
 public:
  Case(const Shape& shape, Format source, Format target, unsigned seed, int lanes)
      : random_(seed),
        source_(random_, source, shape.rows, shape.width_px + shape.most_taps, shape.channels),
        output_(random_, target, shape.width_px, shape.channels) {
    for (int pixel = 0; pixel < shape.width_px; ++pixel) {
      first_tap_bytes_.push_back(pixel * source_.pixel_bytes());
      tap_counts_.push_back(pick(random_, 1, shape.most_taps));
    }
    row_.rows = source_.rows();
    row_.row_count = shape.rows;
    row_.first_tap_bytes = first_tap_bytes_.data();
    row_.tap_counts = tap_counts_.data();
    row_.src_tap_bytes = source_.pixel_bytes();
    row_.scale = source == Format::kCode8 ? 0.02f : 1e-4f;
    row_.zero_point = pick(random_, 0, source == Format::kCode8 ? 255 : 65535);
    row_.vectors = (shape.channels + lanes - 1) / lanes;
    row_.width_px = shape.width_px;
    row_.epilogue = output_.epilogue();
  }
  const MaxPoolRow& row() const { return row_; }
  const OutputRow& output() const { return output_; }

 private:
  std::mt19937 random_;
  SourceRows source_;
  OutputRow output_;
  std::vector<std::int32_t> first_tap_bytes_, tap_counts_;
  MaxPoolRow row_;
};

using MaxPoolKernelTest = KernelListTest<MaxPoolKernel>;

TEST_P(MaxPoolKernelTest, RandomShapesEqualScalar) {
  const MaxPoolKernel& kernel = GetParam();
  const MaxPoolKernel& judge = find_kernel(max_pool_kernels(), kernel.src, Isa::kScalar);
  std::mt19937 random(3);
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Shape shape{pick(random, 1, 3), pick(random, 1, 30), pick(random, 1, 40), pick(random, 1, 3)};
    const Format target = seed % 2 ? kernel.src : Format::kFloat;
    const Case ours(shape, kernel.src, target, seed, kernel.lanes),
        theirs(shape, kernel.src, target, seed, judge.lanes);
    kernel.run(ours.row());
    judge.run(theirs.row());
    EXPECT_TRUE(ours.output() == theirs.output())
        << concat(kernel.name, " rows ", shape.rows, " width ", shape.width_px, " channels ", shape.channels);
  }
}

class MaxPoolOfBytesTest : public MaxPoolKernelTest {};

TEST_P(MaxPoolOfBytesTest, TakesTheLargestOfTheTapsThatArePresent) {
  alignas(64) std::uint8_t top[3 * kMostLanes] = {}, bottom[3 * kMostLanes] = {};
  top[0] = 9;                  // channel 0 of the first pixel
  bottom[kMostLanes + 1] = 7;  // channel 1 of the second
  top[2 * kMostLanes] = 200;   // a pixel that no output looks at
  const void* const rows[] = {top, bottom};
  const std::int32_t first_tap_bytes[] = {0, kMostLanes}, tap_counts[] = {2, 1};
  float output[2][2];
  const Destination to{
      .row = output, .pixel_bytes = sizeof output[0], .format = Format::kFloat, .channels = 2};
  MaxPoolRow row{.rows = rows, .row_count = 2, .first_tap_bytes = first_tap_bytes, .tap_counts = tap_counts};
  row.src_tap_bytes = kMostLanes;
  row.scale = 0.5f;
  row.zero_point = 3;
  row.width_px = 2;
  row.epilogue = store_only(to);
  GetParam().run(row);
  EXPECT_EQ(output[0][0], 3.0f);
  EXPECT_EQ(output[0][1], 2.0f);
  EXPECT_EQ(output[1][0], -1.5f);
  EXPECT_EQ(output[1][1], 2.0f);
}

INSTANTIATE_TEST_SUITE_P(All, MaxPoolKernelTest, all_of(max_pool_kernels()), kKernelName);
INSTANTIATE_TEST_SUITE_P(All, MaxPoolOfBytesTest, all_of(max_pool_kernels(), {Format::kCode8}), kKernelName);

}  // namespace
}  // namespace nawq::kernels
