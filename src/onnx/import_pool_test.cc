#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TestModel pool_model(const char* op_type, const std::vector<Attribute>& attributes,
                     const Names& outputs = {"y"}) {
  return beside().node(op_type, {"x"}, outputs, attributes);
}

TEST(ImportPool, AveragesCountOnlyTheRealPadsWhenAsked) {
  const std::vector<Attribute> common{attr("kernel_shape", Ints{3, 3}), attr("strides", Ints{2, 2}),
                                      attr("pads", Ints{1, 1, 1, 1}), attr("ceil_mode", 1)};
  auto counting = common;
  counting.push_back(attr("count_include_pad", 1));
  const auto graph =
      imported(pool_model("AveragePool", counting));  // 8x6: one more column and row than the pads give
  const auto op = op_of<graph::Pool>(graph);
  EXPECT_EQ(op.kind, graph::PoolKind::kAverage);
  EXPECT_EQ(op.pads, (graph::Padding2d{1, 1, 2, 2}));
  EXPECT_EQ(op.counted_pads, (graph::Padding2d{1, 1, 1, 1}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 3, 4, 5}));
  EXPECT_EQ(op_of<graph::Pool>(imported(pool_model("AveragePool", common))).counted_pads, graph::Padding2d{});
}

TEST(ImportPool, MaxTakesDilationsAndAutoPad) {
  const auto graph =
      imported(pool_model("MaxPool", {attr("kernel_shape", Ints{2, 2}), attr("dilations", Ints{2, 3}),
                                      attr("auto_pad", "SAME_UPPER")}));
  const auto op = op_of<graph::Pool>(graph);
  EXPECT_EQ(op.kind, graph::PoolKind::kMax);
  EXPECT_EQ(op.dilation, (graph::Extent2d{2, 3}));
  EXPECT_EQ(op.pads, (graph::Padding2d{1, 1, 1, 2}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 3, 6, 8}));
}

TEST(ImportPool, RefusesWhatItCannotTake) {
  expect_error(pool_model("MaxPool", {}), "attribute 'kernel_shape' is missing");
  expect_error(pool_model("MaxPool", {attr("kernel_shape", Ints{2})}), "kernel_shape has 1 numbers");
  expect_error(pool_model("MaxPool", {attr("kernel_shape", Ints{2, 2}), attr("pads", Ints{0, 2, 0, 0})}),
               "pads=0,2,0,0 reach over the whole kernel");
  expect_error(pool_model("MaxPool", {attr("kernel_shape", Ints{9, 9})}), "node 'y' (MaxPool)");
}

TEST(ImportPool, PositionsOfTheMaximaAreRefusedWhereTheyAreRead) {
  auto model = pool_model("MaxPool", {attr("kernel_shape", Ints{2, 2})}, {"y", "positions"});
  EXPECT_EQ(error_of(model), "");
  model.node("Relu", {"positions"}, {"z"});
  expect_error(model, "node 'z' (Relu): output 1 of node 'y' (MaxPool) is not supported");
}

TEST(ImportPool, GlobalPoolsBecomeStatistics) {
  const auto mean = imported(pool_model("GlobalAveragePool", {}));
  EXPECT_EQ(op_of<graph::ChannelStatistics>(mean).statistic, graph::ChannelStatistic::kMean);
  EXPECT_EQ(shape_of(mean), (graph::Shape{1, 3, 1, 1}));
  const auto max = imported(pool_model("GlobalMaxPool", {}));
  EXPECT_EQ(op_of<graph::Reduce>(max).kind, graph::ReduceKind::kMax);
  EXPECT_EQ(shape_of(max), (graph::Shape{1, 3, 1, 1}));
}

}  // namespace
}  // namespace nawq::onnx
