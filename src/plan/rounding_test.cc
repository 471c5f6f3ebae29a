// Recipes that round between operations of one kernel, as the files of other quantizers do.
#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::CodeFormat;
using graph::UnaryKind;
using Formats = std::map<std::string, CodeFormat>;

// Weights of one for every convolution.
graph::Recipe recipe_of(const Build& build, const Formats& formats) {
  graph::Recipe recipe = recipe_of_ones(build);
  for (const auto& [name, format] : formats) recipe.tensors[name] = {format};
  return recipe;
}

constexpr CodeFormat kOwn{8, 0.02f, 128}, kOther{8, 0.03f, 100}, kFine{16, 0.0001f, 30000};
constexpr Quantization kOwnCodes{Format::kCode8, 0.02f, 128};

Program program_of(const Build& build, const Formats& formats) {
  const graph::Recipe recipe = recipe_of(build, formats);
  return planned(build, &recipe);
}

TEST(Rounding, BetweenTwoNodesIsAStep) {
  const Build build = [](TinyGraph& tiny) {
    add_conv(tiny, "tail", add_prelu(tiny, "prelu", add_conv(tiny, "conv", tiny.x, 6)), 3);
  };
  const Program program = program_of(build, {{"conv", kOwn}, {"prelu", kOther}});
  ASSERT_EQ(operations_of(program), (Lines{"conv: Round Slope", "tail:"}));
  EXPECT_EQ(program.operations[0].steps[0].table_in, kOwnCodes);
  EXPECT_EQ(operations_of(program_of(build, {{"prelu", kOther}})), (Lines{"conv: Slope", "tail:"}));
}

TEST(Rounding, OfSomethingThatOthersReadAsWellIsStored) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 6);
    const ValueId tail = add_conv(tiny, "tail", add_prelu(tiny, "prelu", conv), 6);
    add_conv(tiny, "last", add_sum(tiny, "sum", tail, conv), 3);
  };
  const Program program =
      program_of(build, {{"conv", kOwn}, {"prelu", kOther}, {"tail", kOther}, {"sum", kOwn}});
  EXPECT_EQ(operations_of(program),
            (Lines{"conv:", "prelu: Residual Slope", "tail: Round Residual", "last:"}));
}

TEST(Rounding, OfTheOutputComesBeforeThePixels) {
  const Build build = [](TinyGraph& tiny) { add_conv(tiny, "conv", tiny.x, 3); };
  const Program program = program_of(build, {{"conv", kOwn}});
  ASSERT_EQ(operations_of(program), (Lines{"conv: Round"}));
  EXPECT_EQ(program.operations[0].steps[0].table_in, kOwnCodes);
  EXPECT_EQ(program.operations[0].runs[0].tensor, kOutputTensor);
}

TEST(Rounding, LongChainsLeaveRoomForThatOfTheOutput) {
  const Build build = [](TinyGraph& tiny) {
    ValueId at = add_conv(tiny, "conv", tiny.x, 3);
    for (int i = 0; i < 9; ++i) at = add_unary(tiny, concat("relu", i), UnaryKind::kRelu, at);
  };
  Formats formats{{"conv", kOwn}};
  for (int i = 0; i < 9; ++i) formats[concat("relu", i)] = kOwn;
  const Program program = program_of(build, formats);
  ASSERT_GT(program.operations.size(), 1u);
  EXPECT_EQ(program.operations.back().steps.back().kind, StepKind::kRound);
}

TEST(Rounding, OfThePictureIsAnOperation) {
  const Build build = [](TinyGraph& tiny) {
    add_sum(tiny, "sum", add_conv(tiny, "conv", tiny.x, 3), tiny.x);
  };
  const Program program = program_of(build, {{"x", kOwn}});
  ASSERT_EQ(operations_of(program), (Lines{"x.codes: Residual", "conv: Residual"}));
  EXPECT_EQ(program.operations[0].steps[0].side_tensor, kInputTensor);
  const std::int32_t codes = program.operations[0].runs[0].tensor;
  EXPECT_EQ(program.tensors[static_cast<std::size_t>(codes)].quantization, kOwnCodes);
  EXPECT_EQ(std::get<Convolution>(program.operations[1].kind).src.tensor, codes);
  EXPECT_EQ(program.operations[1].steps[0].side_tensor, codes);
}

const Build kConcat = [](TinyGraph& tiny) {
  const ValueId first = add_conv(tiny, "first", tiny.x, 6), second = add_conv(tiny, "second", tiny.x, 5);
  add_conv(tiny, "tail", add_concat(tiny, "concat", {first, second}), 3);
};

TEST(Rounding, OfPartsOfAConcatenationIsThatOfTheWhole) {
  const Program program = program_of(kConcat, {{"first", kOther}, {"second", kOwn}, {"concat", kOwn}});
  EXPECT_EQ(operations_of(program), (Lines{"first:", "second:", "tail:"}));
  const Build kept = [](TinyGraph& tiny) {
    kConcat(tiny);
    tiny.graph.rounded = {"first", "second"};
  };
  EXPECT_EQ(operations_of(program_of(kept, {{"first", kOther}, {"second", kOwn}, {"concat", kOwn}})),
            (Lines{"first: Round", "second:", "tail:"}))
      << "where others' roundings are kept";
  EXPECT_EQ(operations_of(program_of(kConcat, {{"concat", kOwn}})), (Lines{"first:", "second:", "tail:"}));
}

TEST(Rounding, OfPiecesInFormatsOfTheirOwnMakesThemTensors) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 6);
    const auto pieces = add_split(tiny, "split", conv, {3, 3});
    const ValueId whole = add_conv(tiny, "whole", conv, 3);
    add_sum(tiny, "sum", add_conv(tiny, "left", pieces[0], 3),
            add_sum(tiny, "inner", add_conv(tiny, "right", pieces[1], 3), whole));
  };
  const Program program = program_of(
      build, {{"conv", kOwn}, {"split:0", kOwn}, {"split:1", kOther}, {"whole", kOwn}, {"inner", kOwn}});
  ASSERT_EQ(operations_of(program),
            (Lines{"conv:", "split: Residual", "whole:", "right: Residual", "left: Residual"}));
  EXPECT_EQ(program.operations[1].runs[0].channels, 3);
}

TEST(Rounding, OfVectorsIsAnOperationOfTheirs) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId head = add_conv(tiny, "head", tiny.x, 6);
    const ValueId mean = add_statistic(tiny, "mean", head);
    const ValueId gate = add_unary(tiny, "gate", UnaryKind::kSigmoid, mean);
    add_conv(tiny, "tail", add_product(tiny, "scaled", head, gate), 3);
  };
  const Program program =
      program_of(build, {{"head", kOwn}, {"mean", kOwn}, {"gate", kFine}, {"scaled", kOwn}});
  ASSERT_EQ(operations_of(program), (Lines{"head:", "mean:", "mean.codes:", "gate:", "gate.codes:",
                                           "scaled: Residual ChannelScale", "tail:"}));
  const auto& rounding = std::get<VectorMath>(program.operations[2].kind);
  EXPECT_EQ(rounding.kind, VectorKind::kRound);
  EXPECT_EQ(rounding.rounding, kOwnCodes);
  EXPECT_EQ(std::get<VectorMath>(program.operations[3].kind).a, rounding.out);
}

TEST(Rounding, OperandsOfOneFormatAreReadInItWhateverTheNodes) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId left = add_conv(tiny, "left", tiny.x, 6), right = add_conv(tiny, "right", tiny.x, 6);
    add_conv(tiny, "tail", add_sum(tiny, "sum", left, right), 3);
  };
  graph::Recipe recipe = recipe_of(build, {{"left", kFine}, {"right", kOwn}, {"sum", kOwn}});
  recipe.wordlengths["sum"] = 8;
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"left:", "right: Round Residual", "tail:"}));
  const std::int32_t side = program.operations[1].steps[1].side_tensor;
  EXPECT_EQ(program.tensors[static_cast<std::size_t>(side)].quantization.format, Format::kCode16);
}

TEST(Rounding, EnlargementsInAFormatOfTheirOwnAreNoSide) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 12);
    const ValueId large = add_resize(tiny, "large", tiny.x, graph::ResizeMode::kNearest, 2,
                                     graph::CoordinateMode::kAsymmetric, graph::NearestRounding::kFloor);
    add_sum(tiny, "sum", add_shuffle(tiny, "shuffle", conv, 2), large);
  };
  const CodeFormat pictures{8, 1.0f / 255, 0};
  EXPECT_EQ(operations_of(program_of(build, {{"large", pictures}})), (Lines{"conv: Residual"}));
  EXPECT_EQ(operations_of(program_of(build, {{"large", kOwn}, {"shuffle", kOwn}})),
            (Lines{"conv:", "large: Round Residual"}));
}

TEST(Rounding, FunctionsWithoutAFormatOnEitherSideAreFloat) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 6);
    add_conv(tiny, "tail", add_prelu(tiny, "prelu", add_unary(tiny, "tanh", UnaryKind::kTanh, conv)), 3);
  };
  EXPECT_EQ(operations_of(program_of(build, {{"conv", kOwn}, {"prelu", kOwn}})),
            (Lines{"conv: Round Function Slope", "tail:"}));
  EXPECT_EQ(operations_of(program_of(build, {{"tanh", kOwn}, {"prelu", kOwn}})),
            (Lines{"conv: Function Round Slope", "tail:"}));
  EXPECT_EQ(operations_of(program_of(build, {{"conv", kOwn}, {"tanh", kOther}, {"prelu", kOwn}})),
            (Lines{"conv: Table Slope", "tail:"}));
}

TEST(Rounding, ValuesThatMustBeStoredAreNamedWhereTheyHaveNoFormat) {
  const graph::Recipe recipe = recipe_of(kConcat, {{"first", kOwn}});
  expect_refused(plan_of(kConcat, &recipe), "tensor 'concat' is not quantized");
}

}  // namespace
}  // namespace nawq::plan
