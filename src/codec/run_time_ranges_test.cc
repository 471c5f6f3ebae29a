// Ranges that are found on the picture are those of the whole of it, as if they had been known before.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/code_scale.h"
#include "codec/naive_program_test.h"
#include "codec/run_program_test.h"
#include "plan/check_program.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

// The bias is a code of the file, so that its rounding changes nothing.
constexpr float kWeightScale = 1.0f / 128, kBias = -64;
constexpr std::int8_t kWeight = 97;

float brought_in(int pixel) { return std::fma(static_cast<float>(pixel * kWeight), kWeightScale, kBias); }

// A grey picture, scaled and shifted, into tensor 2 and from there out in two ways: as it is, and by a
// convolution that adds it up over three columns.
plan::Program program_of(const plan::TensorSpec& stored, const std::vector<plan::TensorSpec>& made,
                         std::int32_t read, bool dre) {
  plan::Convolution bring, sum;
  bring.src = {plan::kInputTensor, 0, 1};
  bring.codes = {kWeight};
  bring.weight_scales = {kWeightScale};
  bring.bias = {kBias};
  sum.src = {read, 0, 1};
  sum.kernel = {1, 3};
  sum.pads = {0, 1, 0, 1};
  sum.codes = {40, 80, 40};
  sum.weight_scales = {0.0061f};
  sum.bias = {0};  // static layers would round another
  plan::StepSpec beside;
  beside.kind = plan::StepKind::kResidual;
  beside.side_tensor = read;
  beside.side_channels = {{0, 0, 0}};
  plan::Program program;
  program.floating = false;
  program.channels = 1;
  program.input_range = 255;
  program.tensors = {{"in", 1, {}}, {"out", 1, {}}, stored};
  program.tensors.insert(program.tensors.end(), made.begin(), made.end());
  program.operations.resize(2);
  program.operations[0] = {.name = "bring",
                           .kind = bring,
                           .channels = 1,
                           .steps = {},
                           .runs = {{0, 1, 2, 0, 1, 0}},
                           .wordlength = 8};
  const int wordlength = made.empty() ? (stored.quantization.format == plan::Format::kCode8 ? 8 : 16)
                                      : (made.front().quantization.format == plan::Format::kCode8 ? 8 : 16);
  program.operations[1] = {.name = "sum",
                           .kind = sum,
                           .channels = 1,
                           .steps = {beside},
                           .runs = {{0, 1, plan::kOutputTensor, 0, 1, 0}},
                           .wordlength = wordlength,
                           .dre = dre,
                           .partition = dre || wordlength != 8 ? 1 : 0};
  return program;
}

plan::Program with_run_time_range(plan::Format format) {
  return program_of({"t", 1, {}}, {{"t", 1, {format, 1, 0}, 2}}, 3, true);
}

plan::Program with_static_range(plan::Format format, double low, double high) {
  const CodeScale found = code_scale(low, high, format == plan::Format::kCode8 ? 8 : 16);
  return program_of({"t", 1, {format, found.scale, found.zero_point}}, {}, 2, false);
}

// Of samples from `low` to `high`, both of which occur once, far from each other.
Image picture_of(int low, int high) {
  Image picture = noise_picture({40, 30}, 1, 8, 3);
  for (std::int64_t y = 0; y < 30; ++y)
    for (std::int64_t x = 0; x < 40; ++x)
      picture.set_sample(x, y, 0, low + 1 + picture.sample(x, y, 0) % (high - low - 1));
  picture.set_sample(0, 0, 0, high);
  picture.set_sample(39, 29, 0, low);
  return picture;
}

TEST(RunTimeRanges, OfPlainLoopsAreThoseOfTheWholePicture) {
  for (const plan::Format format : {plan::Format::kCode8, plan::Format::kCode16})
    for (const auto& [low, high] : {std::pair{10, 250}, std::pair{100, 130}, std::pair{3, 140}}) {
      const Image picture = picture_of(low, high);
      const plan::Program dynamic = with_run_time_range(format);
      const plan::Program fixed = with_static_range(format, brought_in(low), brought_in(high));
      ASSERT_TRUE(plan::check_program(dynamic)) << plan::check_program(dynamic).error().message;
      ASSERT_TRUE(plan::check_program(fixed)) << plan::check_program(fixed).error().message;
      EXPECT_EQ(NaiveProgram::run(dynamic, picture, 16), NaiveProgram::run(fixed, picture, 16))
          << low << ".." << high;
      const plan::Program other = with_static_range(format, brought_in(low), brought_in(high) * 1.1);
      EXPECT_NE(NaiveProgram::run(dynamic, picture, 16), NaiveProgram::run(other, picture, 16));
    }
}

TEST(RunTimeRanges, OfTheEngineAreThoseOfTheWholePicture) {
  for (const plan::Format format : {plan::Format::kCode8, plan::Format::kCode16})
    for (const auto& [low, high] : {std::pair{10, 250}, std::pair{100, 130}, std::pair{3, 140}}) {
      const Image picture = picture_of(low, high);
      const plan::Program fixed = with_static_range(format, brought_in(low), brought_in(high));
      const Image expected = run_program(fixed, picture, {Isa::kScalar, 1, 16});
      for (const Isa isa : supported_isas())
        EXPECT_EQ(run_program(with_run_time_range(format), picture, {isa, 2, 16}), expected)
            << low << ".." << high << ", " << isa_name(isa);
    }
}

// Nothing of one picture's ranges is left for the next.
TEST(RunTimeRanges, AreFoundAnewForEveryPicture) {
  const plan::Program program = with_run_time_range(plan::Format::kCode8);
  const auto context =
      context_for(LoadedProgram::load(program, supported_isas().front()), {40, 30}, {.workers = 2});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(2);
  Image result = result_for(program, {40, 30}, 8);
  for (const auto& [low, high] : {std::pair{0, 255}, std::pair{120, 128}, std::pair{30, 90}}) {
    ASSERT_TRUE(context->run(picture_of(low, high), result, team, kNeverStop));
    EXPECT_EQ(result, run_program(program, picture_of(low, high), {Isa::kScalar, 1, 8}));
  }
}

TEST(RunTimeRanges, OfRandomProgramsGiveThePlainLoopsPictures) {
  int with_ranges = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const plan::Program program = plan::random_dre_program(random);
    with_ranges += std::ranges::any_of(program.operations, &plan::Operation::dre);
    const Extent size = seed % 2 == 0 ? smallest_picture(program) : Extent{17, 11};
    const Image picture = noise_picture(size, program.channels, 8, seed);
    EXPECT_EQ(run_program(program, picture, {supported_isas().front(), 2, 16}),
              NaiveProgram::run(program, picture, 16))
        << "seed " << seed;
  }
  EXPECT_GT(with_ranges, 30);
}

}  // namespace
}  // namespace nawq::codec
