// Every convolution kernel that this machine runs against the scalar one: equal bits for random shapes, fills
// that reach the extremes, every format and epilogue, with nothing read or written outside the buffers.
#include "kernels/conv/conv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "kernels/dispatch.h"
#include "kernels/guarded_buffer_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

enum class Fill { kRandom, kSmallest, kLargest };

struct Shape {
  int width_px, taps_h, taps_w, channels, outputs;
  int stride = 1, dilation = 1;
};

// One convolution in memory, packed for a number of lanes; the same seed gives the same numbers for every
// packing.
class Case {
 public:
  Case(const Shape& shape, Format source, Format target, Fill fill, unsigned seed, int lanes)
      : shape_(shape),
        lanes_(lanes),
        vectors_((shape.outputs + lanes - 1) / lanes),
        packed_(static_cast<std::size_t>(vectors_ * lanes)),
        source_px_((shape.width_px - 1) * shape.stride + (shape.taps_w - 1) * shape.dilation + 1),
        source_(bytes_of(source) * static_cast<std::size_t>(source_px_ * shape.channels * shape.taps_h)),
        weights_(static_cast<std::size_t>(vectors_ * lanes * shape.taps_h * shape.taps_w * shape.channels) *
                 (source == Format::kFloat ? 4 : 1)),
        side_(static_cast<std::size_t>(shape.width_px) * packed_ * 2),
        output_a_(bytes_of(target) * static_cast<std::size_t>(shape.width_px * split())),
        output_b_(bytes_of(target) * static_cast<std::size_t>(shape.width_px * (shape.outputs - split()))) {
    std::mt19937 random(seed);
    fill_source(source, fill, random);
    fill_weights(source, fill, random);
    fill_epilogue(target, random);
    row_.src = source_.data();
    row_.src_row_bytes = static_cast<std::ptrdiff_t>(bytes_of(source)) * source_px_ * shape.channels;
    row_.src_tap_bytes = static_cast<std::ptrdiff_t>(bytes_of(source)) * shape.channels * shape.dilation;
    row_.src_pixel_bytes = static_cast<std::ptrdiff_t>(bytes_of(source)) * shape.channels * shape.stride;
    row_.taps_h = shape.taps_h;
    row_.taps_w = shape.taps_w;
    row_.channels = shape.channels;
    row_.weights = weights_.data();
    row_.vectors = vectors_;
    row_.width_px = shape.width_px;
  }

  const ConvRow& row() const { return row_; }
  bool same_outputs(const Case& other) const {
    const auto count = static_cast<std::size_t>(shape_.outputs);
    return output_a_ == other.output_a_ && output_b_ == other.output_b_ &&
           std::equal(smallest_.begin(), smallest_.begin() + static_cast<std::ptrdiff_t>(count),
                      other.smallest_.begin()) &&
           std::equal(largest_.begin(), largest_.begin() + static_cast<std::ptrdiff_t>(count),
                      other.largest_.begin());
  }

 private:
  // The first run of output channels, as a split or a pixel shuffle makes it.
  int split() const { return shape_.outputs / 3; }

  void fill_source(Format source, Fill fill, std::mt19937& random) {
    const int low = source == Format::kCode8 ? 0 : -32768, high = source == Format::kCode8 ? 255 : 32767;
    for (int i = 0; i < source_px_ * shape_.channels * shape_.taps_h; ++i) {
      const int code = fill == Fill::kRandom ? pick(random, low, high) : fill == Fill::kSmallest ? low : high;
      if (source == Format::kCode8)
        reinterpret_cast<std::uint8_t*>(source_.data())[i] = static_cast<std::uint8_t>(code);
      if (source == Format::kCode16)
        reinterpret_cast<std::int16_t*>(source_.data())[i] = static_cast<std::int16_t>(code);
      if (source == Format::kFloat) reinterpret_cast<float*>(source_.data())[i] = real(random);
    }
  }

  void fill_weights(Format source, Fill fill, std::mt19937& random) {
    const int step = source == Format::kFloat ? 1 : 4, taps = shape_.taps_h * shape_.taps_w;
    std::fill_n(weights_.data(), weights_.size(), std::byte{0});
    for (int output = 0; output < shape_.outputs; ++output)
      for (int tap = 0; tap < taps; ++tap)
        for (int c = 0; c < shape_.channels; ++c) {
          const int at_step = (output / lanes_ * taps + tap) * (shape_.channels / step) + c / step;
          const int index = (at_step * lanes_ + output % lanes_) * step + c % step;
          const int code = fill == Fill::kRandom ? pick(random, -127, 127) : output % 2 ? 127 : -127;
          if (source == Format::kFloat)
            reinterpret_cast<float*>(weights_.data())[index] = real(random);
          else
            reinterpret_cast<std::int8_t*>(weights_.data())[index] = static_cast<std::int8_t>(code);
        }
  }

  void fill_epilogue(Format target, std::mt19937& random) {
    for (int i = 0; i < shape_.outputs; ++i) {
      correction_.push_back(pick(random, -100000, 100000));
      multiplier_.push_back(1e-6f * (1 + real(random)));
      bias_.push_back(real(random));
      slopes_.push_back(real(random));
    }
    for (auto* numbers : {&multiplier_, &bias_, &slopes_}) numbers->resize(packed_);
    correction_.resize(packed_);
    smallest_.assign(packed_, 1e30f);
    largest_.assign(packed_, -1e30f);
    for (int pixel = 0; pixel < shape_.width_px; ++pixel)
      for (int i = 0; i < shape_.outputs; ++i)
        reinterpret_cast<std::int16_t*>(
            side_.data())[static_cast<std::size_t>(pixel) * packed_ + static_cast<std::size_t>(i)] =
            static_cast<std::int16_t>(pick(random, -32768, 32767));

    Epilogue& e = row_.epilogue;
    e.correction = correction_.data();
    e.multiplier = multiplier_.data();
    e.bias = bias_.data();
    e.smallest = smallest_.data();
    e.largest = largest_.data();
    const SideTensor side{.row = side_.data(),
                          .pixel_bytes = static_cast<std::ptrdiff_t>(2 * packed_),
                          .format = Format::kCode16,
                          .scale = 1.5e-5f,
                          .zero_point = pick(random, 0, 65535)};
    e.steps[0] = {.kind = StepKind::kSlope, .per_channel = slopes_.data()};
    e.steps[1] = {.kind = pick(random, 0, 1) ? StepKind::kResidual : StepKind::kProduct, .side = side};
    e.steps[2] = {.kind = StepKind::kChannelScale, .per_channel = slopes_.data()};
    e.steps[3] = pick(random, 0, 1) ? Step{.kind = StepKind::kRelu}
                                    : Step{.kind = StepKind::kClip, .low = -0.5f, .high = 0.75f};
    e.step_count = pick(random, 0, 4);
    const float inverse_scale = target == Format::kCode8 ? 100.0f : 20000.0f;
    const int zero_point = pick(random, 0, target == Format::kCode8 ? 255 : 65535);
    const auto to = [&](GuardedBuffer& buffer, int first, int count) {
      return Destination{.row = buffer.data(),
                         .pixel_bytes = static_cast<std::ptrdiff_t>(bytes_of(target)) * count,
                         .format = target,
                         .inverse_scale = inverse_scale,
                         .zero_point = zero_point,
                         .first_channel = first,
                         .channels = count};
    };
    destinations_ = {to(output_a_, 0, split()), to(output_b_, split(), shape_.outputs - split())};
    e.destinations = destinations_.data();
    e.destination_count = 2;
  }

  Shape shape_;
  int lanes_, vectors_;
  std::size_t packed_;
  int source_px_;
  GuardedBuffer source_, weights_, side_, output_a_, output_b_;
  std::vector<std::int32_t> correction_;
  std::vector<float> multiplier_, bias_, slopes_, smallest_, largest_;
  std::vector<Destination> destinations_;
  ConvRow row_;
};

class ConvKernelTest : public testing::TestWithParam<ConvKernel> {
 protected:
  void SetUp() override {
    if (const auto isas = supported_isas(); std::ranges::find(isas, GetParam().isa) == isas.end())
      GTEST_SKIP() << "this machine has no " << isa_name(GetParam().isa);
  }

  void expect_scalar_bits(const Shape& shape, Format target, Fill fill, unsigned seed) {
    const ConvKernel& kernel = GetParam();
    const ConvKernel& judge = find_kernel(conv_kernels(), kernel.src, Isa::kScalar);
    const Case ours(shape, kernel.src, target, fill, seed, kernel.lanes);
    const Case theirs(shape, kernel.src, target, fill, seed, judge.lanes);
    kernel.run(ours.row());
    judge.run(theirs.row());
    EXPECT_TRUE(ours.same_outputs(theirs)) << concat(
        kernel.name, " width ", shape.width_px, " taps ", shape.taps_h, "x", shape.taps_w, " channels ",
        shape.channels, " outputs ", shape.outputs, " stride ", shape.stride, " dilation ", shape.dilation,
        " target ", static_cast<int>(target), " fill ", static_cast<int>(fill), " seed ", seed);
  }
};

constexpr Format kTargets[] = {Format::kCode8, Format::kCode16, Format::kPixel16, Format::kFloat};

TEST_P(ConvKernelTest, RandomShapesEqualScalar) {
  std::mt19937 random(7);
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Shape shape{.width_px = pick(random, 1, 40),
                      .taps_h = pick(random, 1, 5),
                      .taps_w = pick(random, 1, 5),
                      .channels = 4 * pick(random, 1, 8),
                      .outputs = pick(random, 1, 70),
                      .stride = pick(random, 1, 2),
                      .dilation = pick(random, 1, 2)};
    expect_scalar_bits(shape, kTargets[seed % 4], Fill::kRandom, seed);
  }
}

TEST_P(ConvKernelTest, CommonLayersEqualScalarAtEveryTailOfPixels) {
  for (const int channels : {16, 32, 48, 64})
    for (int width_px = 1; width_px <= 34; ++width_px)
      expect_scalar_bits(
          {.width_px = width_px, .taps_h = 3, .taps_w = 3, .channels = channels, .outputs = channels},
          kTargets[width_px % 4], Fill::kRandom, static_cast<unsigned>(width_px));
}

TEST_P(ConvKernelTest, ExtremeInputsEqualScalar) {
  for (const Fill fill : {Fill::kSmallest, Fill::kLargest})
    for (const Format target : kTargets)
      expect_scalar_bits({.width_px = 17, .taps_h = 3, .taps_w = 3, .channels = 32, .outputs = 33}, target,
                         fill, 1);
}

INSTANTIATE_TEST_SUITE_P(All, ConvKernelTest, testing::ValuesIn(conv_kernels().begin(), conv_kernels().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace nawq::kernels
