#include "plan/convolution.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

// 3 channels to 3, a stated kernel.
Build transposed(graph::ConvTranspose op, std::int64_t kernel) {
  return [=](TinyGraph& tiny) {
    tiny.add("up", op, {tiny.x, tiny.constant("w", {3, 3 / op.groups, kernel, kernel})});
  };
}

graph::ConvTranspose strided(std::int64_t stride, graph::Padding2d pads) {
  graph::ConvTranspose op;
  op.stride = {stride, stride};
  op.pads = pads;
  return op;
}

TEST(TransposedConvolution, IsAConvolutionAndAShuffle) {
  const Program program = planned(transposed(strided(2, {1, 1, 1, 1}), 4));
  ASSERT_EQ(operations_of(program), (Lines{"up:"}));
  const Operation& up = program.operations[0];
  const auto& conv = std::get<Convolution>(up.kind);
  EXPECT_EQ(up.channels, 12);
  EXPECT_EQ(conv.kernel, (Size2d{3, 3})) << "all phases together see three source pixels";
  EXPECT_EQ(conv.pads, (Pads2d{1, 1, 1, 1}));
  EXPECT_EQ(up.macs_per_pixel, 3 * 3 * 16) << "zeros that only fill up windows do not count";
  EXPECT_EQ(up.runs.size(), 2u);
  EXPECT_EQ(up.runs[0].block, 2);
}

// Each output meets a quarter of the taps; every weight of the graph is used once.
TEST(TransposedConvolution, UsesEveryWeightOnce) {
  const Build build = transposed(strided(2, {1, 1, 1, 1}), 4);
  const graph::Graph graph = built(build, 16, 12);
  std::vector<float> expected = graph.constant(graph.nodes[0].inputs[1])->floats;
  const Program program = planned(build);
  std::vector<float> found;
  for (const float weight : std::get<Convolution>(program.operations[0].kind).weights)
    if (weight != 0) found.push_back(weight);
  std::ranges::sort(expected);
  std::ranges::sort(found);
  EXPECT_EQ(found, expected);
}

TEST(TransposedConvolution, RefusesWhatIsNoShuffle) {
  graph::ConvTranspose grouped = strided(2, {1, 1, 1, 1});
  grouped.groups = 3;
  expect_refused(plan_of(transposed(grouped, 4)),
                 "node 'up' (ConvTranspose): the engine runs it without groups");
  graph::ConvTranspose uneven = strided(2, {1, 1, 1, 1});
  uneven.stride = {2, 1};
  expect_refused(plan_of(transposed(uneven, 4)), "with equal strides only");
  expect_refused(plan_of(transposed(strided(2, {0, 0, 0, 0}), 3)), "a multiple of the stride");
}

// A mean shift that the graph folded into the bias was folded with the float weights; codes stand for others.
TEST(Convolution, CorrectsAFoldedShiftForRoundedWeights) {
  const Build build = [](TinyGraph& tiny) {
    graph::Conv op = graph::convolution({0, 0, 0, 0});
    op.pad_values = {2, 3, 4};
    const ValueId w = tiny.constant("w", {3, 3, 1, 1}, {0.5f, -0.25f, 0.125f, 1, 1, 1, 0, 0, 0});
    tiny.add("conv", op, {tiny.x, w, tiny.constant("b", {3}, {10, 20, 30})});
  };
  graph::Recipe recipe;
  recipe.weights["conv"].codes = {4, -2, 2, 10, 10, 10, 0, 0, 0};
  recipe.weights["conv"].scales = {0.125f, 0.1f, 1};
  const Program program = planned(build, &recipe);
  const auto& conv = std::get<Convolution>(program.operations[0].kind);
  // Channel 0: 0.125 became 0.25, of a shift by 4. Channel 1: 10 codes of float32(0.1).
  EXPECT_FLOAT_EQ(conv.bias[0], 10 + (0.125f - 0.25f) * 4);
  EXPECT_NEAR(conv.bias[1], 20, 1e-5);
  EXPECT_EQ(conv.bias[2], 30);
  EXPECT_EQ(conv.codes, recipe.weights["conv"].codes);
  EXPECT_EQ(conv.weight_scales, recipe.weights["conv"].scales);
}

}  // namespace
}  // namespace nawq::plan
