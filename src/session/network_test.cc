#include "session/network.h"

#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

using onnx::attr;

// x enlarged plus `op` of it with a constant.
onnx::TestModel enlarged_then(const char* op, float value, const Metadata& metadata = {}) {
  onnx::TestModel model = empty_network();
  add_enlarger(model, "x", "large", 2).floats("c", {1}, {value}).node(op, {"large", "c"}, {"y"});
  return with_metadata(std::move(model), metadata);
}

TEST(Network, ScaleAndChannelsComeFromTheGraph) {
  for (const int scale : {1, 2, 3, 8})
    for (const int channels : {1, 3}) {
      const auto network = open(enlarger(static_cast<float>(scale), channels));
      ASSERT_TRUE(network) << network.error().message;
      EXPECT_EQ(network->info().scale, scale);
      EXPECT_EQ(network->info().channels, channels);
    }
}

TEST(Network, ScaleThatIsNoIntegerIsRefusedByName) {
  expect_failure(open(enlarger(1.5f)), ErrorKind::kModel, "tiny: is not a super-resolution network");
  expect_failure(open(enlarger(0.5f)), ErrorKind::kModel, "tiny: is not a super-resolution network");
}

TEST(Network, StatedScaleHasToBeThatOfTheGraph) {
  EXPECT_TRUE(open(enlarger(2, 3, {}, {{"scale", "2"}, {"input_range", "1"}})));
  expect_failure(open(enlarger(2, 3, {}, {{"scale", "4"}})), ErrorKind::kModel,
                 "tiny: metadata scale is '4', but the graph upscales by 2");
}

TEST(Network, WhatTheFileStatesNeedsNoNote) {
  const auto network = open(enlarger(2, 3, {}, {{"input_range", "255"}, {"colour", "bgr"}}));
  ASSERT_TRUE(network);
  EXPECT_EQ(network->info().input_range, InputRange::kByte);
  EXPECT_EQ(network->info().colour, ColourOrder::kBgr);
  EXPECT_TRUE(network->info().notes.empty());
}

TEST(Network, WhatTheFileDoesNotStateIsNoted) {
  const auto colour = open(enlarger(2, 3, {}, {}));
  ASSERT_TRUE(colour);
  ASSERT_EQ(colour->info().notes.size(), 2u);
  EXPECT_NE(colour->info().notes[0].find("RGB is assumed"), std::string::npos);
  EXPECT_NE(colour->info().notes[1].find("flat grey"), std::string::npos);
  const auto luma = open(enlarger(2, 1, {}, {}));
  ASSERT_TRUE(luma);
  EXPECT_EQ(luma->info().notes.size(), 1u) << "luma has no colour order";
}

TEST(Network, OptionsOverrideTheFile) {
  const auto network = open(enlarger(), {.input_range = InputRange::kByte, .colour = ColourOrder::kBgr});
  ASSERT_TRUE(network);
  EXPECT_EQ(network->info().input_range, InputRange::kByte);
  EXPECT_EQ(network->info().colour, ColourOrder::kBgr);
  EXPECT_TRUE(network->info().notes.empty());
}

TEST(Network, MetadataThatMeansNothingIsRefused) {
  expect_failure(open(enlarger(2, 3, {}, {{"input_range", "2"}})), ErrorKind::kModel, "input_range is '2'");
  expect_failure(open(enlarger(2, 3, {}, {{"colour", "CMYK"}})), ErrorKind::kModel, "colour is 'CMYK'");
}

TEST(Network, FlatGreyTellsTheRange) {
  const auto byte = open(enlarged_then("Add", 5));  // five steps of 255, or five times white
  ASSERT_TRUE(byte) << byte.error().message;
  EXPECT_EQ(byte->info().input_range, InputRange::kByte);
  onnx::TestModel model = empty_network();
  add_enlarger(model, "x", "large", 2).floats("black", {}, {0}).floats("white", {}, {1});
  const auto unit = open(model.node("Clip", {"large", "black", "white"}, {"y"}));
  ASSERT_TRUE(unit) << unit.error().message;
  EXPECT_EQ(unit->info().input_range, InputRange::kUnit);
}

TEST(Network, FlatGreyThatComesBackAsSomethingElseIsRefusedUnlessTheRangeIsStated) {
  expect_failure(open(enlarged_then("Mul", 7)), ErrorKind::kModel, "state --input-range");
  EXPECT_TRUE(open(enlarged_then("Mul", 7, kStated)));
}

Extent accepted(const onnx::TestModel& model, Extent picture) {
  const auto network = open(model);
  if (!network) {
    ADD_FAILURE() << network.error().message;
    return {};
  }
  const auto size = network->accepted_size(picture);
  if (!size) ADD_FAILURE() << size.error().message;
  return size.value_or(Extent{});
}

void expect_accepted(const onnx::TestModel& model, Extent picture, Extent wanted) {
  const Extent size = accepted(model, picture);
  EXPECT_EQ(size.width_px, wanted.width_px);
  EXPECT_EQ(size.height_px, wanted.height_px);
}

// Only sizes that are multiples of 4 come back as twice the picture.
onnx::TestModel pooled_by_four() {
  onnx::TestModel model = empty_network();
  model.node("MaxPool", {"x"}, {"small"},
             {attr("kernel_shape", onnx::Ints{4, 4}), attr("strides", onnx::Ints{4, 4})});
  return with_metadata(add_enlarger(model, "small", "y", 8), kStated);
}

// Looks through a window of 9x7 (width x height) that has to fit in.
onnx::TestModel with_window() {
  onnx::TestModel model = empty_network();
  model.node("MaxPool", {"x"}, {"seen"}, {attr("kernel_shape", onnx::Ints{7, 9})})
      .node("GlobalAveragePool", {"seen"}, {"mean"})
      .floats("nothing", {1}, {0})
      .node("Mul", {"mean", "nothing"}, {"offset"});
  add_enlarger(model, "x", "large", 2).node("Add", {"large", "offset"}, {"y"});
  return with_metadata(std::move(model), kStated);
}

TEST(Network, AnySizeIsAcceptedAsItIsWhereTheGraphAllows) { expect_accepted(enlarger(), {5, 3}, {5, 3}); }

TEST(Network, SizesGrowToTheNextMultipleOfTheStrides) {
  expect_accepted(pooled_by_four(), {8, 12}, {8, 12});
  expect_accepted(pooled_by_four(), {9, 11}, {12, 12});
  expect_accepted(pooled_by_four(), {1, 1}, {4, 4});
}

TEST(Network, SizesGrowToTheSmallestThatTheNetworkTakes) {
  expect_accepted(with_window(), {30, 20}, {30, 20});
  expect_accepted(with_window(), {1, 20}, {9, 20});
  expect_accepted(with_window(), {30, 2}, {30, 7});
  expect_accepted(with_window(), {3, 2}, {9, 7});
}

TEST(Network, SizesGrowToAFixedOneAndNoLargerPictureIsTaken) {
  expect_accepted(enlarger(2, 3, {200, 150}), {5, 3}, {200, 150});
  const auto network = open(enlarger(2, 3, {200, 150}));
  ASSERT_TRUE(network);
  expect_failure(network->accepted_size({201, 150}), ErrorKind::kModel, "200x150");
}

TEST(Network, GraphsAreMadeForTheSizeThatIsAsked) {
  const auto network = open(enlarger());
  ASSERT_TRUE(network);
  const auto graph = network->at_size({5, 3});
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->shape(graph->output), (graph::Shape{1, 3, 6, 10}));
}

}  // namespace
}  // namespace nawq::session
