#include "plan/chain.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::UnaryKind;

TEST(Chain, ConvolutionTakesItsActivationsAndSums) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId first = add_conv(tiny, "first", tiny.x, 3);
    const ValueId second = add_prelu(tiny, "prelu", add_conv(tiny, "second", first, 3));
    const ValueId sum = add_sum(tiny, "sum2", add_sum(tiny, "sum1", first, second), tiny.x);
    add_prelu(tiny, "last", sum);
  });
  EXPECT_EQ(operations_of(program), (Lines{"first:", "second: Slope Residual Residual Slope"}));
  EXPECT_EQ(program.tensors.size(), 3u) << "input, output, what first makes";
}

// Of two results that meet, the later one is still in registers.
TEST(Chain, SumBelongsToTheLaterOperand) {
  for (const bool later_first : {false, true}) {
    const Program program = planned([&](TinyGraph& tiny) {
      const ValueId early = add_conv(tiny, "early", tiny.x, 3), late = add_conv(tiny, "late", tiny.x, 3);
      if (later_first)
        add_sum(tiny, "sum", late, early);
      else
        add_sum(tiny, "sum", early, late);
    });
    EXPECT_EQ(operations_of(program), (Lines{"early:", "late: Residual"}));
  }
}

TEST(Chain, EndsAtAResultThatOthersRead) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId first = add_conv(tiny, "first", tiny.x, 3);
    const ValueId relu = add_unary(tiny, "relu", UnaryKind::kRelu, first);
    add_sum(tiny, "sum", add_conv(tiny, "second", relu, 3), first);
  });
  EXPECT_EQ(operations_of(program), (Lines{"first:", "relu: Residual Relu", "second: Residual"}));
}

TEST(Chain, HoldsSixStepsAndPassesTheRestOn) {
  const Program program = planned([](TinyGraph& tiny) {
    ValueId at = add_conv(tiny, "conv", tiny.x, 3);
    for (int i = 0; i < 8; ++i) at = add_prelu(tiny, "prelu" + std::to_string(i), at);
  });
  EXPECT_EQ(operations_of(program),
            (Lines{"conv: Slope Slope Slope Slope Slope Slope", "prelu6: Residual Slope Slope"}));
}

TEST(Chain, ClipsAndLeakySlopesAreSteps) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 3);
    const ValueId leaky = add_unary(tiny, "leaky", UnaryKind::kLeakyRelu, conv, 0.25f);
    add_unary(tiny, "clip", UnaryKind::kClip, leaky, -1, 2);
  });
  ASSERT_EQ(operations_of(program), (Lines{"conv: Slope Clip"}));
  const std::vector<StepSpec>& steps = program.operations[0].steps;
  EXPECT_EQ(steps[0].slopes, (std::vector<float>{0.25f, 0.25f, 0.25f}));
  EXPECT_EQ(steps[1].low, -1);
  EXPECT_EQ(steps[1].high, 2);
}

Build shuffled(graph::ShuffleOrder order, std::int64_t channels) {
  return [=](TinyGraph& tiny) {
    const ValueId wide = add_conv(tiny, "wide", tiny.x, channels * 4, 1);
    const ValueId large = add_shuffle(tiny, "shuffle", wide, 2, order);
    if (channels != 3) add_conv(tiny, "tail", large, 3);
  };
}

// The weight of output `to` for input 0, in the graph's own weights.
std::vector<float> first_weights(const Operation& operation) {
  const auto& conv = std::get<Convolution>(operation.kind);
  std::vector<float> found;
  for (std::size_t i = 0; i < conv.weights.size(); i += 3) found.push_back(conv.weights[i]);
  return found;
}

TEST(Chain, ShuffleReordersOutputsOfTheConvolution) {
  const graph::Graph graph = built(shuffled(graph::ShuffleOrder::kCrd, 3), 16, 12);
  const graph::Tensor* weights = graph.constant(graph.nodes[0].inputs[1]);
  ASSERT_TRUE(weights);
  const auto of = [&](std::size_t channel) { return weights->floats[channel * 3]; };
  const Program crd = planned(shuffled(graph::ShuffleOrder::kCrd, 3));
  ASSERT_EQ(operations_of(crd), (Lines{"wide:"}));
  // By row, pixel and channel of the block; kCrd has channel * 4 + row * 2 + pixel, kDcr the order itself.
  EXPECT_EQ(first_weights(crd.operations[0]),
            (std::vector<float>{of(0), of(4), of(8), of(1), of(5), of(9), of(2), of(6), of(10), of(3), of(7),
                                of(11)}));
  EXPECT_EQ(crd.operations[0].runs,
            (std::vector<RunSpec>{{0, 6, kOutputTensor, 0, 2, 0}, {6, 6, kOutputTensor, 0, 2, 1}}));
  const Program dcr = planned(shuffled(graph::ShuffleOrder::kDcr, 3));
  std::vector<float> in_order;
  for (std::size_t i = 0; i < 12; ++i) in_order.push_back(of(i));
  EXPECT_EQ(first_weights(dcr.operations[0]), in_order);
}

TEST(Chain, ShuffleIntoATensorFillsUpItsPixels) {
  const Program program = planned(shuffled(graph::ShuffleOrder::kCrd, 5));
  ASSERT_EQ(operations_of(program), (Lines{"wide:", "tail:"}));
  const Operation& wide = program.operations[0];
  EXPECT_EQ(wide.channels, 4 * 8);
  EXPECT_EQ(wide.runs, (std::vector<RunSpec>{{0, 16, 2, 0, 2, 0}, {16, 16, 2, 0, 2, 1}}));
  const auto& conv = std::get<Convolution>(wide.kind);
  for (std::size_t c = 0; c < 32; ++c) {
    const bool fills = c % 8 >= 5;
    EXPECT_EQ(conv.bias[c] == 0, fills) << c;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(conv.weights[c * 3 + i] == 0, fills) << c;
  }
}

TEST(Chain, GroupedConvolutionsLeaveTheShuffleToAPass) {
  const Program program = planned(
      [](TinyGraph& tiny) { add_shuffle(tiny, "shuffle", add_conv(tiny, "wide", tiny.x, 12, 3, 3), 2); });
  EXPECT_EQ(operations_of(program), (Lines{"wide:", "shuffle: Residual"}));
}

Build summed_behind_shuffle(graph::ResizeMode mode, bool early) {
  return [=](TinyGraph& tiny) {
    const auto enlarge = [&] {
      return add_resize(tiny, "large", tiny.x, mode, 2, graph::CoordinateMode::kAsymmetric,
                        graph::NearestRounding::kFloor);
    };
    ValueId side = early ? enlarge() : graph::kNoValue;
    const ValueId shuffled = add_shuffle(tiny, "shuffle", add_conv(tiny, "wide", tiny.x, 12), 2);
    if (!early) side = enlarge();
    add_sum(tiny, "sum", shuffled, side);
  };
}

TEST(Chain, SumBehindAShuffleReadsBlocksOfTheOtherTensor) {
  const Program program = planned(summed_behind_shuffle(graph::ResizeMode::kLinear, true));
  ASSERT_EQ(operations_of(program), (Lines{"large:", "wide: Residual"}));
  const StepSpec& step = program.operations[1].steps[0];
  EXPECT_EQ(step.side_block, 2);
  EXPECT_EQ(step.side_channels[4], (SideChannel{0, 1, 1}));
  EXPECT_EQ(step.side_channels[11], (SideChannel{1, 1, 2}));
}

TEST(Chain, SumWithAnEnlargedTensorReadsTheSmallOne) {
  const Program program = planned(summed_behind_shuffle(graph::ResizeMode::kNearest, false));
  ASSERT_EQ(operations_of(program), (Lines{"wide: Residual"})) << "nothing enlarges";
  const StepSpec& step = program.operations[0].steps[0];
  EXPECT_EQ(step.side_block, 1);
  EXPECT_EQ(step.side_tensor, kInputTensor);
  EXPECT_EQ(step.side_channels[11], (SideChannel{0, 0, 2}));
}

TEST(Chain, FunctionsStayApartWhereTheirRangesAreSought) {
  const auto build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 3);
    add_sum(tiny, "sum", add_unary(tiny, "sigmoid", UnaryKind::kSigmoid, conv), tiny.x);
  };
  EXPECT_EQ(operations_of(planned(build)), (Lines{"conv: Function Residual"}));
  EXPECT_EQ(operations_of(planned(build, nullptr, {.separate_functions = true})),
            (Lines{"conv:", "sigmoid: Residual Function", "sum: Residual Residual"}));
}

TEST(Chain, GateBehindStatisticsIsAFactorPerChannel) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId at = add_conv(tiny, "head", tiny.x, 3);
    const ValueId gate = add_unary(tiny, "gate", UnaryKind::kSigmoid,
                                   add_conv(tiny, "fc", add_statistic(tiny, "mean", at), 3, 1));
    add_sum(tiny, "sum", add_product(tiny, "scaled", at, gate), tiny.x);
  });
  ASSERT_EQ(operations_of(program),
            (Lines{"head:", "mean:", "fc:", "gate:", "scaled: Residual ChannelScale Residual"}));
  EXPECT_EQ(program.vector_sizes, (std::vector<std::int32_t>{3, 3, 3}));
  const StepSpec& step = program.operations[4].steps[1];
  EXPECT_EQ(step.vector, 2);
  EXPECT_EQ(step.vector_elements, (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(Chain, RefusesWhatTheEngineHasNoStepFor) {
  expect_refused(plan_of([](TinyGraph& tiny) {
                   add_unary(tiny, "root", UnaryKind::kSqrt, add_conv(tiny, "conv", tiny.x, 3));
                 }),
                 "node 'root' (Sqrt): the engine has no operation for this");
}

}  // namespace
}  // namespace nawq::plan
