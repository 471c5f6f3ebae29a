// Every pointwise kernel that this machine runs against the scalar one: equal bits for every step, format and
// form of a tensor beside, and for numbers that are none, with nothing read or written outside the buffers.
#include "kernels/pointwise/pointwise.h"

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "base/text.h"
#include "kernels/guarded_buffer_test.h"
#include "kernels/kernel_list_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {
namespace {

constexpr Format kReadFormats[] = {Format::kCode8, Format::kCode16, Format::kFloat};
constexpr Format kWrittenFormats[] = {Format::kCode8, Format::kCode16, Format::kPixel16, Format::kFloat};
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Shape {
  int width_px, channels;
  bool odd_numbers =
      false;  // NaN, infinities, extremes among the first tensor's numbers, which are floats then
};

// One row in memory; the same seed gives the same numbers.
class Case {
 public:
  Case(const Shape& shape, const std::vector<Step>& steps, unsigned seed, int lanes)
      : shape_(shape), packed_(packed_count(shape.channels)), random_(seed) {
    for (int i = 0; i < packed_; ++i) factors_.push_back(i % 5 == 0 ? 0 : 2 * real(random_));
    for (int i = 0; i < 65536; ++i) table_.push_back(1e-3f * static_cast<float>(i * 7919 % 2000 - 1000));
    row_.vectors = (shape.channels + lanes - 1) / lanes;
    row_.width_px = shape.width_px;
    Step first{.kind = StepKind::kResidual};
    first.side = side(shape.odd_numbers ? Format::kFloat : kReadFormats[pick(random_, 0, 2)]);
    row_.epilogue.steps[row_.epilogue.step_count++] = first;
    for (const Step& step : steps) add(step);
    for (int run = 0; run < kRuns; ++run) add_destination(run);
    row_.epilogue.destinations = destinations_.data();
    row_.epilogue.destination_count = kRuns;
    smallest_.assign(static_cast<std::size_t>(packed_), 1e30f);
    largest_.assign(static_cast<std::size_t>(packed_), -1e30f);
    row_.epilogue.smallest = smallest_.data();
    row_.epilogue.largest = largest_.data();
  }

  const PointwiseRow& row() const { return row_; }
  bool same_outputs(const Case& other) const {
    const auto same_range = [&](const std::vector<float>& a, const std::vector<float>& b) {
      return std::equal(a.begin(), a.begin() + shape_.channels, b.begin());
    };
    for (std::size_t run = 0; run < kRuns; ++run)
      if (!(*outputs_[run] == *other.outputs_[run])) return false;
    return same_range(smallest_, other.smallest_) && same_range(largest_, other.largest_);
  }

 private:
  void add(Step step) {
    if (step.kind == StepKind::kSlope || step.kind == StepKind::kChannelScale)
      step.per_channel = factors_.data();
    if (step.kind == StepKind::kResidual || step.kind == StepKind::kProduct)
      step.side = side(kReadFormats[pick(random_, 0, 2)]);
    if (step.kind == StepKind::kTable)
      step.table = {table_.data(), 30.0f, pick(random_, 0, 255), pick(random_, 0, 1) ? 255 : 65535};
    if (step.kind == StepKind::kRound) {
      const int largest = pick(random_, 0, 1) ? 255 : 65535;
      step.rounding = {0.03f, static_cast<float>(1 / double{0.03f}), pick(random_, 0, largest), largest};
    }
    row_.epilogue.steps[row_.epilogue.step_count++] = step;
  }

  SideTensor side(Format format) {
    const bool gathered = pick(random_, 0, 1) == 1;
    const auto numbers = static_cast<std::size_t>(shape_.width_px * packed_);
    // Behind the last number of a gathered tensor 3 bytes are readable.
    const auto& buffer = *sides_.emplace_back(
        std::make_unique<GuardedBuffer>(numbers * bytes_of(format) + (gathered ? 4 - bytes_of(format) : 0)));
    for (std::size_t i = 0; i < numbers; ++i) write(buffer.data(), format, i);
    SideTensor made{.row = buffer.data(),
                    .pixel_bytes = packed_ * static_cast<std::ptrdiff_t>(bytes_of(format)),
                    .format = format,
                    .scale = format == Format::kCode8 ? 0.03f : 1e-4f,
                    .zero_point = pick(random_, 0, format == Format::kCode8 ? 255 : 65535)};
    if (!gathered) return made;
    auto& offsets = offsets_.emplace_back();
    for (int i = 0; i < packed_; ++i)
      offsets.push_back(pick(random_, 0, packed_ - 1) * static_cast<int>(bytes_of(format)));
    made.offsets = offsets.data();
    return made;
  }

  void write(std::byte* to, Format format, std::size_t index) {
    if (format == Format::kCode8)
      reinterpret_cast<std::uint8_t*>(to)[index] = static_cast<std::uint8_t>(pick(random_, 0, 255));
    if (format == Format::kCode16)
      reinterpret_cast<std::int16_t*>(to)[index] = static_cast<std::int16_t>(pick(random_, -32768, 32767));
    if (format != Format::kFloat) return;
    constexpr float kOdd[] = {kNan, kInfinity, -kInfinity, 3e38f, -3e38f, 1e-40f, -0.0f, 100.0f, -100.0f};
    const bool odd = shape_.odd_numbers && pick(random_, 0, 1) == 1;
    reinterpret_cast<float*>(to)[index] = odd ? kOdd[pick(random_, 0, 8)] : 5 * real(random_);
  }

  // The first third of the channels; the others; the others once more, as another tensor of the same value.
  void add_destination(int run) {
    // A NaN has many bit patterns, so floats are not compared where there may be one.
    const Format format = kWrittenFormats[pick(random_, 0, shape_.odd_numbers ? 2 : 3)];
    const int split = shape_.channels / 3;
    const int channels = run == 0 ? split : shape_.channels - split;
    outputs_[static_cast<std::size_t>(run)] = std::make_unique<GuardedBuffer>(
        bytes_of(format) * static_cast<std::size_t>(shape_.width_px * channels));
    destinations_[static_cast<std::size_t>(run)] = {
        .row = outputs_[static_cast<std::size_t>(run)]->data(),
        .pixel_bytes = channels * static_cast<std::ptrdiff_t>(bytes_of(format)),
        .format = format,
        .inverse_scale = format == Format::kCode8 ? 40.0f : 9000.0f,
        .zero_point = pick(random_, 0, format == Format::kCode8 ? 255 : 65535),
        .first_channel = run == 0 ? 0 : split,
        .channels = channels};
  }

  static constexpr int kRuns = 3;

  Shape shape_;
  int packed_;
  std::mt19937 random_;
  std::vector<float> factors_, table_, smallest_, largest_;
  std::vector<std::unique_ptr<GuardedBuffer>> sides_;
  std::vector<std::vector<std::int32_t>> offsets_;
  std::array<std::unique_ptr<GuardedBuffer>, kRuns> outputs_;
  std::array<Destination, kRuns> destinations_;
  PointwiseRow row_;
};

std::vector<Step> every_step() {
  std::vector<Step> steps;
  for (const StepKind kind :
       {StepKind::kRelu, StepKind::kSlope, StepKind::kClip, StepKind::kResidual, StepKind::kProduct,
        StepKind::kChannelScale, StepKind::kTable, StepKind::kRound})
    steps.push_back({.kind = kind, .low = -0.5f, .high = 0.75f});
  for (const Function function : {Function::kSigmoid, Function::kTanh, Function::kGelu, Function::kGeluTanh,
                                  Function::kHardSigmoid, Function::kHardSwish, Function::kElu})
    steps.push_back({.kind = StepKind::kFunction, .function = function, .alpha = 0.2f, .beta = 0.5f});
  return steps;
}

class PointwiseKernelTest : public KernelListTest<PointwiseKernel> {
 protected:
  void expect_scalar_bits(const Shape& shape, const std::vector<Step>& steps, unsigned seed) {
    const PointwiseKernel& kernel = GetParam();
    const PointwiseKernel& judge = pointwise_kernels().back();
    const Case ours(shape, steps, seed, kernel.lanes);
    const Case theirs(shape, steps, seed, judge.lanes);
    kernel.run(ours.row());
    judge.run(theirs.row());
    EXPECT_TRUE(ours.same_outputs(theirs))
        << concat(kernel.name, " width ", shape.width_px, " channels ", shape.channels, " seed ", seed,
                  " step ", steps.empty() ? -1 : static_cast<int>(steps[0].kind), " function ",
                  steps.empty() ? -1 : static_cast<int>(steps[0].function));
  }
};

TEST_P(PointwiseKernelTest, EachStepEqualsScalar) {
  unsigned seed = 0;
  for (const Step& step : every_step())
    for (int i = 0; i < 20; ++i, ++seed)
      expect_scalar_bits({.width_px = 1 + i, .channels = 5 + 3 * i}, {step}, seed);
}

TEST_P(PointwiseKernelTest, EachStepOnNumbersThatAreNoneEqualsScalar) {
  unsigned seed = 0;
  for (const Step& step : every_step())
    for (int i = 0; i < 20; ++i, ++seed)
      expect_scalar_bits({.width_px = 9, .channels = 35, .odd_numbers = true}, {step}, seed);
}

TEST_P(PointwiseKernelTest, ChainsOfStepsEqualScalar) {
  std::mt19937 random(5);
  const std::vector<Step> choice = every_step();
  const auto any = [&] {
    return choice[static_cast<std::size_t>(pick(random, 0, static_cast<int>(choice.size()) - 1))];
  };
  for (unsigned seed = 0; seed < 200; ++seed)
    expect_scalar_bits({.width_px = pick(random, 1, 40), .channels = pick(random, 1, 70)},
                       {any(), any(), any()}, seed);
}

INSTANTIATE_TEST_SUITE_P(All, PointwiseKernelTest, all_of(pointwise_kernels()), kKernelName);

}  // namespace
}  // namespace nawq::kernels
