#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TestModel conv_model(const std::vector<Attribute>& attributes, const Ints& weights_dims = {8, 3, 3, 3}) {
  return beside().weights("w", weights_dims).node("Conv", {"x", "w"}, {"y"}, attributes);
}

TestModel transpose_model(const std::vector<Attribute>& attributes, const Ints& weights_dims = {3, 2, 4, 4}) {
  return beside().weights("w", weights_dims).node("ConvTranspose", {"x", "w"}, {"y"}, attributes);
}

TEST(ImportConv, EveryAttributeBecomesANumber) {
  const auto graph = imported(
      conv_model({attr("strides", Ints{2, 1}), attr("dilations", Ints{1, 2}), attr("pads", Ints{1, 2, 3, 4}),
                  attr("kernel_shape", Ints{3, 3}), attr("group", 3)},
                 {6, 1, 3, 3}));
  const auto op = op_of<graph::Conv>(graph);
  EXPECT_EQ(op.stride, (graph::Extent2d{2, 1}));
  EXPECT_EQ(op.dilation, (graph::Extent2d{1, 2}));
  EXPECT_EQ(op.pads, (graph::Padding2d{1, 2, 3, 4}));
  EXPECT_EQ(op.groups, 3);
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 6, 4, 10}));
}

TEST(ImportConv, LeftOutAttributesAreOnesAndZeros) {
  const auto graph = imported(conv_model({}));
  const auto op = op_of<graph::Conv>(graph);
  EXPECT_EQ(op.stride, (graph::Extent2d{1, 1}));
  EXPECT_EQ(op.dilation, (graph::Extent2d{1, 1}));
  EXPECT_EQ(op.pads, graph::Padding2d{});
  EXPECT_EQ(op.groups, 1);
}

TEST(ImportConv, AutoPadTurnsIntoPadsOfThisSize) {
  const std::vector<Attribute> upper{attr("auto_pad", "SAME_UPPER"), attr("strides", Ints{2, 2})};
  const std::vector<Attribute> lower{attr("auto_pad", "SAME_LOWER"), attr("strides", Ints{2, 2})};
  const auto even = imported(conv_model(upper), 8, 7);  // 4 positions of 3 at stride 2: 9 wide, 9 high
  EXPECT_EQ(op_of<graph::Conv>(even).pads, (graph::Padding2d{1, 0, 1, 1}));
  EXPECT_EQ(shape_of(even), (graph::Shape{1, 8, 4, 4}));
  EXPECT_EQ(op_of<graph::Conv>(imported(conv_model(lower), 8, 7)).pads, (graph::Padding2d{1, 1, 1, 0}));
  EXPECT_EQ(op_of<graph::Conv>(imported(conv_model({attr("auto_pad", "VALID")}))).pads, graph::Padding2d{});
  EXPECT_EQ(
      op_of<graph::Conv>(imported(conv_model({attr("auto_pad", "NOTSET"), attr("pads", Ints{1, 1, 1, 1})})))
          .pads,
      (graph::Padding2d{1, 1, 1, 1}));
}

TEST(ImportConv, WeightsAndBiasAreSharedBetweenSizes) {
  const auto parsed = conv_model({}).parse();
  ASSERT_TRUE(parsed.has_value());
  const auto small = parsed->at_size(8, 8), large = parsed->at_size(64, 48);
  ASSERT_TRUE(small.has_value() && large.has_value());
  EXPECT_NE(constant_of(*small, "y", 1), nullptr);
  EXPECT_EQ(constant_of(*small, "y", 1), constant_of(*large, "y", 1));
}

TEST(ImportConv, RefusesWhatItCannotTake) {
  expect_error(conv_model({attr("auto_pad", "SAME")}),
               "test.onnx: node 'y' (Conv): auto_pad=SAME is not supported");
  expect_error(conv_model({attr("group", 0)}), "group=0 is not supported");
  expect_error(conv_model({attr("pads", Ints{1, 1})}), "pads has 2 numbers");
  expect_error(conv_model({attr("pads", Ints{-1, 0, 0, 0})}), "pads=-1 is not supported");
  expect_error(conv_model({attr("strides", Ints{0, 1})}), "strides=0 is not supported");
  expect_error(conv_model({attr("kernel_shape", Ints{5, 5})}),
               "kernel_shape=5x5 does not fit weights of 3x3");
  expect_error(conv_model({attr("strides", 2)}), "attribute 'strides' is not a list of integers");
  expect_error(conv_model({attr("flavour", 2)}), "attribute 'flavour' is not supported");
  expect_error(conv_model({}, {8, 3, 3}), "only 2-D convolutions are supported");
  expect_error(conv_model({}, {8, 3, 3, 3, 3}), "only 2-D convolutions are supported");
  expect_error(conv_model({}, {8, 4, 3, 3}), "do not fit 3 input channels");
}

TEST(ImportConv, WeightsMustBeKnown) {
  expect_error(beside().node("Conv", {"x", "x"}, {"y"}),
               "node 'y' (Conv): weights 'x' is computed at run time");
  expect_error(beside().weights("w", {8, 3, 3, 3}).node("Conv", {"x", "w", "x"}, {"y"}),
               "bias 'x' is computed");
}

TEST(ImportConvTranspose, OutputPaddingGrowsTheResult) {
  const auto graph = imported(transpose_model(
      {attr("strides", Ints{2, 2}), attr("pads", Ints{1, 1, 1, 1}), attr("output_padding", Ints{1, 0})}));
  const auto op = op_of<graph::ConvTranspose>(graph);
  EXPECT_EQ(op.pads, (graph::Padding2d{1, 1, 1, 1}));
  EXPECT_EQ(op.output_padding, (graph::Extent2d{1, 0}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 2, 13, 16}));
}

TEST(ImportConvTranspose, OutputShapeSplitsThePadsTheWayAutoPadSays) {
  const std::vector<Attribute> common{attr("strides", Ints{2, 2}), attr("output_shape", Ints{11, 16})};
  auto with_upper = common;
  with_upper.push_back(attr("auto_pad", "SAME_UPPER"));
  const auto upper = imported(transpose_model(with_upper));  // natural size 14x18
  EXPECT_EQ(op_of<graph::ConvTranspose>(upper).pads, (graph::Padding2d{1, 1, 2, 1}));
  EXPECT_EQ(shape_of(upper), (graph::Shape{1, 2, 11, 16}));
  const auto other = imported(transpose_model(common));
  EXPECT_EQ(op_of<graph::ConvTranspose>(other).pads, (graph::Padding2d{2, 1, 1, 1}));
}

TEST(ImportConvTranspose, OutputShapeBeyondTheNaturalSizeAddsRowsBehind) {
  const auto graph = imported(transpose_model(
      {attr("strides", Ints{3, 3}), attr("output_shape", Ints{18, 24})}, {3, 2, 2, 2}));  // 17x23
  EXPECT_EQ(op_of<graph::ConvTranspose>(graph).output_padding, (graph::Extent2d{1, 1}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 2, 18, 24}));
}

TEST(ImportConvTranspose, SameAutoPadMultipliesTheSizeByTheStride) {
  const auto graph = imported(transpose_model({attr("strides", Ints{2, 2}), attr("auto_pad", "SAME_LOWER")}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 2, 12, 16}));
}

TEST(ImportConvTranspose, SameAutoPadWithAKernelSmallerThanTheStrideIsRefused) {
  expect_error(transpose_model({attr("strides", Ints{3, 3}), attr("auto_pad", "SAME_UPPER")}, {3, 2, 2, 2}),
               "with a kernel smaller than the stride is not supported");
}

TEST(ImportConvTranspose, GroupsThatDoNotDivideAreRefusedByName) {
  expect_error(transpose_model({attr("group", 2)}), "node 'y' (ConvTranspose)");
  expect_error(transpose_model({attr("output_padding", Ints{1})}),
               "output_padding has 1 numbers instead of 2");
}

TEST(ImportBatchNorm, TakesFourConstantsAndRefusesTraining) {
  auto model = beside();
  for (const char* name : {"scale", "bias", "mean", "variance"}) model.weights(name, {3});
  auto training = model;
  model.node("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, {"y"},
             {attr("epsilon", 0.25f)});
  EXPECT_EQ(op_of<graph::BatchNorm>(imported(model)).epsilon, 0.25f);
  training.node("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, {"y"},
                {attr("training_mode", 1)});
  expect_error(training, "training_mode=1 is not supported");
}

}  // namespace
}  // namespace nawq::onnx
