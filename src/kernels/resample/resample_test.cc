// Every resampling kernel that this machine runs against the scalar one, and that one against its words.
#include "kernels/resample/resample.h"

#include "base/text.h"
#include "kernels/dispatch.h"
#include "kernels/source_rows_test.h"

namespace nawq::kernels {
namespace {

struct Shape {
  int rows, taps_w, width_px, channels;
};

class Case {
 public:
  Case(const Shape& shape, Format source, Format target, unsigned seed, int lanes)
      : random_(seed),
        source_(random_, source, shape.rows, shape.width_px, shape.channels),
        output_(random_, target, shape.width_px, shape.channels) {
    for (int y = 0; y < shape.rows; ++y) row_weights_.push_back(real(random_));
    for (int i = 0; i < shape.width_px * shape.taps_w; ++i) {
      tap_bytes_.push_back(pick(random_, 0, shape.width_px - 1) * source_.pixel_bytes());
      tap_weights_.push_back(real(random_));
    }
    row_.rows = source_.rows();
    row_.row_weights = row_weights_.data();
    row_.row_count = shape.rows;
    row_.tap_bytes = tap_bytes_.data();
    row_.tap_weights = tap_weights_.data();
    row_.taps_w = shape.taps_w;
    row_.scale = source == Format::kCode8 ? 0.02f : 1e-4f;
    row_.zero_point = pick(random_, 0, source == Format::kCode8 ? 255 : 65535);
    row_.vectors = (shape.channels + lanes - 1) / lanes;
    row_.width_px = shape.width_px;
    row_.epilogue = output_.epilogue();
  }
  const ResampleRow& row() const { return row_; }
  const OutputRow& output() const { return output_; }

 private:
  std::mt19937 random_;
  SourceRows source_;
  OutputRow output_;
  std::vector<std::int32_t> tap_bytes_;
  std::vector<float> row_weights_, tap_weights_;
  ResampleRow row_;
};

using ResampleKernelTest = KernelListTest<ResampleKernel>;

TEST_P(ResampleKernelTest, RandomShapesEqualScalar) {
  const ResampleKernel& kernel = GetParam();
  const ResampleKernel& judge = find_kernel(resample_kernels(), kernel.src, Isa::kScalar);
  std::mt19937 random(3);
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Shape shape{pick(random, 1, 4), pick(random, 1, 4), pick(random, 1, 30), pick(random, 1, 40)};
    const Format target = seed % 2 ? kernel.src : Format::kFloat;
    const Case ours(shape, kernel.src, target, seed, kernel.lanes),
        theirs(shape, kernel.src, target, seed, judge.lanes);
    kernel.run(ours.row());
    judge.run(theirs.row());
    EXPECT_TRUE(ours.output() == theirs.output())
        << concat(kernel.name, " rows ", shape.rows, " taps ", shape.taps_w, " width ", shape.width_px,
                  " channels ", shape.channels);
  }
}

class ResampleOfBytesTest : public ResampleKernelTest {};

TEST_P(ResampleOfBytesTest, SumsRealValuesTimesBothWeights) {
  alignas(64) std::uint8_t top[2 * kMostLanes] = {}, bottom[2 * kMostLanes] = {};
  top[1] = 14;
  top[kMostLanes + 1] = 18;
  bottom[1] = 22;
  bottom[kMostLanes + 1] = 26;
  const void* const rows[] = {top, bottom};
  const float row_weights[] = {0.25f, 0.75f}, tap_weights[] = {0.5f, 0.5f};
  const std::int32_t tap_bytes[] = {0, kMostLanes};
  float output[2] = {};
  const Destination to{.row = output, .pixel_bytes = sizeof output, .format = Format::kFloat, .channels = 2};
  ResampleRow row{.rows = rows, .row_weights = row_weights, .row_count = 2, .tap_bytes = tap_bytes};
  row.tap_weights = tap_weights;
  row.taps_w = 2;
  row.scale = 0.5f;
  row.zero_point = 10;
  row.epilogue = store_only(to);
  GetParam().run(row);
  EXPECT_EQ(output[0], -5.0f);
  EXPECT_EQ(output[1], 0.25f * 3 + 0.75f * 7);
}

INSTANTIATE_TEST_SUITE_P(All, ResampleKernelTest, all_of(resample_kernels()), kKernelName);
INSTANTIATE_TEST_SUITE_P(All, ResampleOfBytesTest, all_of(resample_kernels(), {Format::kCode8}), kKernelName);

}  // namespace
}  // namespace nawq::kernels
