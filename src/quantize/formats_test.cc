#include "quantize/formats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nawq::quantize {
namespace {

graph::Graph one_conv(graph::Op op, graph::Shape weight_shape, std::vector<float> weights,
                      std::vector<float> bias) {
  graph::Graph graph;
  const auto channels = std::get_if<graph::Conv>(&op) ? weight_shape[1] : weight_shape[0];
  const graph::ValueId x = graph.add_input("x", {1, channels, 4, 4});
  const auto outputs = static_cast<std::int64_t>(bias.size());
  const graph::ValueId w = graph.add_constant("w", graph::float_tensor(weight_shape, std::move(weights)));
  const graph::ValueId b = graph.add_constant("b", graph::float_tensor({outputs}, std::move(bias)));
  const auto out = graph.add_single("conv", std::move(op), {x, w, b});
  EXPECT_TRUE(out.has_value()) << out.error().message;
  if (out) graph.output = *out;
  return graph;
}

TEST(RoundWeights, EveryOutputChannelHasItsOwnScale) {
  const auto graph = one_conv(graph::Conv{}, {2, 2, 1, 1}, {1.27f, -0.5f, 0.0254f, -0.0254f}, {0, 0});
  const auto rounded = round_weights(graph, graph.nodes[0], 1);
  EXPECT_EQ(rounded.codes, (std::vector<std::int8_t>{127, -50, 127, -127}));
  ASSERT_EQ(rounded.scales.size(), 2u);
  EXPECT_FLOAT_EQ(rounded.scales[0], 0.01f);
  EXPECT_FLOAT_EQ(rounded.scales[1], 0.0002f);
}

TEST(RoundWeights, TransposedConvolutionsHaveTheirOutputsSecond) {
  const auto graph = one_conv(graph::ConvTranspose{}, {2, 3, 1, 1}, {127, 254, 0, -64, -2, 0}, {0, 0, 0});
  const auto rounded = round_weights(graph, graph.nodes[0], 1);
  EXPECT_EQ(rounded.scales, (std::vector<float>{1, 2, 1}));
  EXPECT_EQ(rounded.codes, (std::vector<std::int8_t>{127, 127, 0, -64, -1, 0}));
}

TEST(RoundWeights, GroupsOfATransposedConvolutionAreChannelsOfTheirOwn) {
  graph::ConvTranspose op;
  op.groups = 2;
  const auto graph = one_conv(op, {2, 2, 1, 1}, {127, 254, 381, 508}, {0, 0, 0, 0});
  const auto rounded = round_weights(graph, graph.nodes[0], 1);
  EXPECT_EQ(rounded.scales, (std::vector<float>{1, 2, 3, 4}));
}

TEST(RoundWeights, AChannelOfZerosHasScaleOne) {
  const auto graph = one_conv(graph::Conv{}, {1, 2, 1, 1}, {0, 0}, {0.5f});
  const auto rounded = round_weights(graph, graph.nodes[0], 1);
  EXPECT_EQ(rounded.codes, (std::vector<std::int8_t>{0, 0}));
  EXPECT_EQ(rounded.scales, (std::vector<float>{1}));
}

TEST(RoundWeights, AScaleIsRaisedWhereTheBiasWouldPass30Bits) {
  const float input_scale = 1e-5f;
  const auto graph = one_conv(graph::Conv{}, {2, 1, 1, 1}, {1e-3f, 1e-3f}, {1.0f, 1e-3f});
  const auto rounded = round_weights(graph, graph.nodes[0], input_scale);
  EXPECT_LE(1.0 / (double{input_scale} * double{rounded.scales[0]}), 1 << 30);
  EXPECT_GT(1.0 / (double{input_scale} * double{rounded.scales[0]}), (1 << 30) * 0.999);
  EXPECT_FLOAT_EQ(rounded.scales[1], 1e-3f / 127);
  EXPECT_EQ(rounded.codes[1], 127);
  EXPECT_EQ(rounded.codes[0], std::lrint(1e-3f / rounded.scales[0]));
}

TEST(RoundWeights, ATensorsOneScaleIsThatOfItsLargestWeight) {
  const auto graph = one_conv(graph::Conv{}, {2, 2, 1, 1}, {1.27f, -0.5f, 0.0254f, 0}, {0, 0});
  const auto rounded = round_weights(graph, graph.nodes[0], 1, WeightScales::kPerTensor);
  EXPECT_EQ(rounded.codes, (std::vector<std::int8_t>{127, -50, 3, 0}));
  EXPECT_EQ(rounded.scales[0], rounded.scales[1]);
  EXPECT_FLOAT_EQ(rounded.scales[0], 0.01f);
}

TEST(RoundWeights, ATensorsOneScaleIsRaisedForTheLargestOfItsBiases) {
  const auto graph = one_conv(graph::Conv{}, {2, 1, 1, 1}, {1e-3f, 1e-3f}, {1.0f, 1e-3f});
  const auto rounded = round_weights(graph, graph.nodes[0], 1e-5f, WeightScales::kPerTensor);
  EXPECT_EQ(rounded.scales[0], rounded.scales[1]);
  EXPECT_GT(rounded.scales[0], 2e-3f / 127);
}

TEST(RoundWeights, HugeWeightsHaveFiniteScales) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  const auto graph = one_conv(graph::Conv{}, {2, 1, 1, 1}, {kLargest, -1e-45f}, {0, 0});
  const auto rounded = round_weights(graph, graph.nodes[0], 1);
  EXPECT_EQ(rounded.codes, (std::vector<std::int8_t>{127, 0}));
  EXPECT_TRUE(std::isfinite(rounded.scales[0]));
}

TEST(RaiseScales, LeavesChannelsThatNeedItNotAndRoundsTheOthersAnew) {
  const auto graph = one_conv(graph::Conv{}, {2, 1, 1, 1}, {1e-3f, 1e-3f}, {0, 0});
  graph::WeightCodes codes{{100, 99}, {1e-5f, 1e-5f}};
  raise_scales(graph, graph.nodes[0], std::vector<float>{1.0f, 1e-3f}, 1e-5f, WeightScales::kPerChannel,
               codes);
  EXPECT_FLOAT_EQ(codes.scales[0], 1e5f / (1 << 30));
  EXPECT_EQ(codes.codes[0], std::lrint(1e-3f / codes.scales[0]));
  EXPECT_EQ(codes.scales[1], 1e-5f);
  EXPECT_EQ(codes.codes[1], 99);
}

TEST(CheckWeights, NamesTheNodeWhoseNumbersAreNotFinite) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = INFINITY;
  for (const float bad : {kNan, kInfinity, -kInfinity}) {
    for (const bool in_bias : {false, true}) {
      const auto graph = one_conv(graph::Conv{}, {1, 2, 1, 1}, {1, in_bias ? 1 : bad}, {in_bias ? bad : 1});
      const Status status = check_weights(graph, graph.nodes[0]);
      ASSERT_FALSE(status);
      EXPECT_EQ(status.error().kind, ErrorKind::kModel);
      EXPECT_NE(status.error().message.find("'conv'"), std::string::npos) << status.error().message;
    }
  }
}

}  // namespace
}  // namespace nawq::quantize
