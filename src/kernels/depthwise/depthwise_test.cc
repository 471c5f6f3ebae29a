// Every depthwise kernel that this machine runs against the scalar one: equal bits for random shapes and
// extreme fills, with nothing read or written outside the buffers.
#include "kernels/depthwise/depthwise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "kernels/dispatch.h"
#include "kernels/guarded_buffer_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

constexpr int kMostLanes = 16;  // buffers are large enough for any packing, so that all read the same numbers

struct Shape {
  int width_px, taps_h, taps_w, channels;
  int stride = 1, dilation = 1;
};

class Case {
 public:
  Case(const Shape& shape, Format source, bool extreme, unsigned seed, int lanes)
      : shape_(shape),
        packed_((shape.channels + kMostLanes - 1) / kMostLanes * kMostLanes),
        source_px_((shape.width_px - 1) * shape.stride + (shape.taps_w - 1) * shape.dilation + 1),
        source_(bytes_of(source) * static_cast<std::size_t>(source_px_ * packed_ * shape.taps_h)),
        weights_(static_cast<std::size_t>(packed_ * shape.taps_h * shape.taps_w) *
                 (source == Format::kFloat ? 4 : 1)),
        output_(bytes_of(source) * static_cast<std::size_t>(shape.width_px * shape.channels)) {
    std::mt19937 random(seed);
    fill(source, extreme, random, lanes);
    const auto pixel_bytes = static_cast<std::ptrdiff_t>(bytes_of(source)) * packed_;
    row_.src = source_.data();
    row_.src_row_bytes = pixel_bytes * source_px_;
    row_.src_tap_bytes = pixel_bytes * shape.dilation;
    row_.src_pixel_bytes = pixel_bytes * shape.stride;
    row_.taps_h = shape.taps_h;
    row_.taps_w = shape.taps_w;
    row_.weights = weights_.data();
    row_.vectors = (shape.channels + lanes - 1) / lanes;
    row_.width_px = shape.width_px;
    to_ = {.row = output_.data(),
           .pixel_bytes = static_cast<std::ptrdiff_t>(bytes_of(source)) * shape.channels,
           .format = source,
           .inverse_scale = source == Format::kCode8 ? 100.0f : 20000.0f,
           .zero_point = 77,
           .first_channel = 0,
           .channels = shape.channels};
    row_.epilogue.correction = correction_.data();
    row_.epilogue.multiplier = multiplier_.data();
    row_.epilogue.bias = bias_.data();
    row_.epilogue.steps[0] = {.kind = StepKind::kRelu};
    row_.epilogue.step_count = pick(random, 0, 1);
    row_.epilogue.destinations = &to_;
    row_.epilogue.destination_count = 1;
  }

  const DepthwiseRow& row() const { return row_; }
  bool same_output(const Case& other) const { return output_ == other.output_; }

 private:
  void fill(Format source, bool extreme, std::mt19937& random, int lanes) {
    const int low = source == Format::kCode8 ? 0 : -32768, high = source == Format::kCode8 ? 255 : 32767;
    for (int i = 0; i < source_px_ * packed_ * shape_.taps_h; ++i) {
      const int code = extreme ? (seed_bit(random) ? low : high) : pick(random, low, high);
      if (source == Format::kCode8)
        reinterpret_cast<std::uint8_t*>(source_.data())[i] = static_cast<std::uint8_t>(code);
      if (source == Format::kCode16)
        reinterpret_cast<std::int16_t*>(source_.data())[i] = static_cast<std::int16_t>(code);
      if (source == Format::kFloat) reinterpret_cast<float*>(source_.data())[i] = real(random);
    }
    std::fill_n(weights_.data(), weights_.size(), std::byte{0});
    const int taps = shape_.taps_h * shape_.taps_w;
    for (int c = 0; c < shape_.channels; ++c)
      for (int tap = 0; tap < taps; ++tap) {
        const int index = (c / lanes * taps + tap) * lanes + c % lanes;
        const int code = extreme ? (seed_bit(random) ? -127 : 127) : pick(random, -127, 127);
        if (source == Format::kFloat)
          reinterpret_cast<float*>(weights_.data())[index] = real(random);
        else
          reinterpret_cast<std::int8_t*>(weights_.data())[index] = static_cast<std::int8_t>(code);
      }
    for (int c = 0; c < packed_; ++c) {
      correction_.push_back(pick(random, -1000, 1000));
      multiplier_.push_back(source == Format::kCode8 ? 3e-5f : 2e-7f);
      bias_.push_back(real(random));
    }
  }
  static bool seed_bit(std::mt19937& random) { return pick(random, 0, 1) == 1; }

  Shape shape_;
  int packed_;
  int source_px_;
  GuardedBuffer source_, weights_, output_;
  std::vector<std::int32_t> correction_;
  std::vector<float> multiplier_, bias_;
  Destination to_;
  DepthwiseRow row_;
};

class DepthwiseKernelTest : public testing::TestWithParam<DepthwiseKernel> {
 protected:
  void SetUp() override {
    if (const auto isas = supported_isas(); std::ranges::find(isas, GetParam().isa) == isas.end())
      GTEST_SKIP() << "this machine has no " << isa_name(GetParam().isa);
  }

  void expect_scalar_bits(const Shape& shape, bool extreme, unsigned seed) {
    const DepthwiseKernel& kernel = GetParam();
    const DepthwiseKernel& judge = find_kernel(depthwise_kernels(), kernel.src, Isa::kScalar);
    const Case ours(shape, kernel.src, extreme, seed, kernel.lanes);
    const Case theirs(shape, kernel.src, extreme, seed, judge.lanes);
    kernel.run(ours.row());
    judge.run(theirs.row());
    EXPECT_TRUE(ours.same_output(theirs))
        << concat(kernel.name, " width ", shape.width_px, " taps ", shape.taps_h, "x", shape.taps_w,
                  " channels ", shape.channels, " stride ", shape.stride, " dilation ", shape.dilation,
                  extreme ? " extreme" : "", " seed ", seed);
  }
};

TEST_P(DepthwiseKernelTest, RandomShapesEqualScalar) {
  std::mt19937 random(11);
  for (unsigned seed = 0; seed < 300; ++seed)
    expect_scalar_bits({.width_px = pick(random, 1, 40),
                        .taps_h = pick(random, 1, 7),
                        .taps_w = pick(random, 1, 7),
                        .channels = pick(random, 1, 70),
                        .stride = pick(random, 1, 2),
                        .dilation = pick(random, 1, 2)},
                       false, seed);
}

TEST_P(DepthwiseKernelTest, ExtremeInputsEqualScalar) {
  for (unsigned seed = 0; seed < 20; ++seed)
    expect_scalar_bits({.width_px = 17, .taps_h = 5, .taps_w = 5, .channels = 33}, true, seed);
}

INSTANTIATE_TEST_SUITE_P(All, DepthwiseKernelTest,
                         testing::ValuesIn(depthwise_kernels().begin(), depthwise_kernels().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace nawq::kernels
