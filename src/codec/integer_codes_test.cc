// The engine's codes are those of docs/numerics.md, exactly.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "codec/naive_program_test.h"
#include "codec/run_program_test.h"
#include "plan/overflow.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

plan::Program program_of(unsigned seed) {
  std::mt19937 random(seed);
  return plan::random_program(random, false);
}

// What a convolution brings with it.
void note(const plan::Convolution& conv, const plan::Operation& operation, std::set<std::string>& seen) {
  if (!conv.pad_values.empty()) seen.insert("pad values");
  if (conv.groups > 1) seen.insert(conv.groups == operation.channels ? "depthwise" : "groups");
  if (conv.groups == operation.channels && conv.groups > 1 && !conv.pad_values.empty())
    seen.insert("depthwise with pad values");
  if (conv.stride.w > 1) seen.insert("stride");
  if (conv.dilation.h > 1) seen.insert("dilation");
  if (conv.wide_sums) seen.insert("wide sums");
  if (conv.src.first_channel > 0) seen.insert("view");
}

void note(const plan::Program& program, std::set<std::string>& seen) {
  for (const plan::Operation& operation : program.operations) {
    if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind)) note(*conv, operation, seen);
    if (const auto* pool = std::get_if<plan::Pooling>(&operation.kind))
      seen.insert(pool->kind == plan::PoolKind::kMax ? "largest" : "average");
    if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind))
      seen.insert(statistics->deviation ? "deviation" : "mean");
    if (std::get_if<plan::Resampling>(&operation.kind)) seen.insert("resampling");
    for (const plan::StepSpec& step : operation.steps) {
      if (step.kind == plan::StepKind::kResidual) seen.insert("residual");
      if (step.kind == plan::StepKind::kProduct) seen.insert("product");
      if (step.kind == plan::StepKind::kTable) seen.insert("table");
      if (step.kind == plan::StepKind::kRound) seen.insert("rounding");
      if (step.kind == plan::StepKind::kChannelScale) seen.insert("gate");
      if (step.side_block > 1) seen.insert("side in blocks");
    }
    for (const plan::RunSpec& run : operation.runs) {
      if (run.tensor_channel > 0) seen.insert("concatenation");
      if (run.first_channel > 0 && run.block == 1) seen.insert("pieces");
      if (run.block > 1) seen.insert(run.tensor == plan::kOutputTensor ? "store" : "filled shuffle");
    }
  }
}

TEST(IntegerCodes, AreThoseOfPlainLoops) {
  std::set<std::string> seen;
  for (unsigned seed = 250; seed < 340; ++seed) {
    const plan::Program program = program_of(seed);
    note(program, seen);
    const Extent sizes[] = {smallest_picture(program), {9, 7}};
    for (const Extent size : sizes)
      for (const int bits : {8, 16}) {
        const Image picture = noise_picture(size, program.channels, bits, seed);
        const Image expected = NaiveProgram::run(program, picture, bits);
        ASSERT_EQ(run_program(program, picture, {supported_isas().front(), 1, bits}), expected)
            << "seed " << seed << ", " << size.width_px << "x" << size.height_px << ", " << bits << " bits";
      }
  }
  const std::set<std::string> all{
      "average",   "concatenation",  "depthwise",      "depthwise with pad values",
      "deviation", "dilation",       "filled shuffle", "gate",
      "groups",    "largest",        "mean",           "pad values",
      "pieces",    "product",        "resampling",     "residual",
      "rounding",  "side in blocks", "store",          "stride",
      "table",     "view",           "wide sums"};
  EXPECT_EQ(seen, all) << "the random programs do not show everything any more";
}

TEST(IntegerCodes, AreTheSameInWideSums) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    plan::Program program = program_of(seed);
    const Image picture = noise_picture({9, 7}, program.channels, 8, seed);
    const Image narrow = run_program(program, picture, {supported_isas().front(), 1, 8});
    for (plan::Operation& operation : program.operations)
      if (auto* conv = std::get_if<plan::Convolution>(&operation.kind)) conv->wide_sums = true;
    ASSERT_EQ(run_program(program, picture, {supported_isas().front(), 1, 8}), narrow) << "seed " << seed;
  }
}

// One layer of 16-bit codes that no 32-bit sum holds: 300 inputs, every weight 127, every code the largest.
plan::Program overflowing(std::int32_t zero_point) {
  constexpr std::int32_t kChannels = 300;
  const auto ones = [](std::int32_t outputs, std::int32_t inputs, std::int8_t code, float scale) {
    plan::Convolution conv;
    conv.src = {plan::kInputTensor, 0, inputs};
    conv.codes.assign(static_cast<std::size_t>(outputs * inputs), code);
    conv.weight_scales.assign(static_cast<std::size_t>(outputs), scale);
    conv.bias.assign(static_cast<std::size_t>(outputs), 0.0f);
    return conv;
  };
  plan::Program program;
  program.floating = false;
  program.channels = 1;
  program.tensors = {
      {"in", 1, {}}, {"out", 1, {}}, {"wide", kChannels, {plan::Format::kCode16, 1.0f / 65535, zero_point}}};
  plan::Convolution last = ones(1, kChannels, 127, 1.0f / (127 * kChannels));
  last.src.tensor = 2;
  last.wide_sums = true;
  program.operations.resize(2);
  program.operations[0] = {.name = "spread",
                           .kind = ones(kChannels, 1, 127, 1.0f / 127),
                           .channels = kChannels,
                           .steps = {},
                           .runs = {{0, kChannels, 2, 0, 1, 0}},
                           .wordlength = 8};
  program.operations[1] = {.name = "gather",
                           .kind = last,
                           .channels = 1,
                           .steps = {},
                           .runs = {{0, 1, plan::kOutputTensor, 0, 1, 0}},
                           .wordlength = 16,
                           .partition = 1};
  return program;
}

TEST(IntegerCodes, OfSumsBeyond32BitsAreExact) {
  for (const std::int32_t zero_point : {0, 65535}) {
    const plan::Program program = overflowing(zero_point);
    ASSERT_TRUE(plan::needs_wide_sums(std::get<plan::Convolution>(program.operations[1].kind),
                                      plan::Format::kCode16));
    Image white = Image::create(3, 2, 1, 8).value();
    for (std::int64_t y = 0; y < 2; ++y) std::ranges::fill(white.row8(y), std::uint8_t{255});
    const Image expected = NaiveProgram::run(program, white, 8);
    // The average of 300 equal numbers; codes at or below the zero point are 0.
    EXPECT_EQ(expected.sample(0, 0, 0), zero_point == 0 ? 255 : 0);
    for (const Isa isa : supported_isas()) EXPECT_EQ(run_program(program, white, {isa, 1, 8}), expected);
  }
}

}  // namespace
}  // namespace nawq::codec
