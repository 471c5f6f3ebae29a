#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TEST(ImportReduce, AxesAreAnAttributeInOldFilesAndAnInputInNewOnes) {
  const auto old =
      imported(beside(11).node("ReduceSum", {"x"}, {"y"}, {attr("axes", Ints{-1, 2}), attr("keepdims", 1)}));
  EXPECT_EQ(op_of<graph::Reduce>(old).axes, (Ints{2, 3}));
  EXPECT_EQ(shape_of(old), (graph::Shape{1, 3, 1, 1}));
  auto model = beside(13).ints("axes", {3}).node("ReduceSum", {"x", "axes"}, {"y"}, {attr("keepdims", 0)});
  EXPECT_EQ(op_of<graph::Reduce>(imported(model)).axes, (Ints{3}));
  EXPECT_EQ(shape_of(imported(model)), (graph::Shape{1, 3, 6}));
  auto mean = beside(18).ints("axes", {2, 3}).node("ReduceMean", {"x", "axes"}, {"y"});
  EXPECT_EQ(op_of<graph::Reduce>(imported(mean)).kind, graph::ReduceKind::kMean);
}

TEST(ImportReduce, WithoutAxesItIsAllOfThemOrNothing) {
  EXPECT_EQ(op_of<graph::Reduce>(imported(beside().node("ReduceMax", {"x"}, {"y"}))).axes,
            (Ints{0, 1, 2, 3}));
  const auto nothing = imported(beside().node("ReduceMin", {"x"}, {"y"}, {attr("noop_with_empty_axes", 1)}));
  EXPECT_EQ(find_node(nothing, "y"), nullptr);
}

TEST(ImportReduce, RefusesAxesThatDoNotExistOrRepeat) {
  expect_error(beside().node("ReduceMean", {"x"}, {"y"}, {attr("axes", Ints{4})}), "axis=4 is outside");
  expect_error(beside().node("ReduceMean", {"x"}, {"y"}, {attr("axes", Ints{1, -3})}), "names an axis twice");
}

TEST(ImportReduce, ProductsOfShapesFold) {
  auto model = beside().node("Shape", {"x"}, {"s"}).node("ReduceProd", {"s"}, {"p"}, {attr("keepdims", 0)});
  EXPECT_EQ(folded(model, "p").values, Floats{3 * 6 * 8});
  EXPECT_EQ(folded(model, "p").shape, Ints{});
  expect_error(beside().node("ReduceProd", {"x"}, {"y"}), "data 'x' is computed at run time");
  expect_error(beside().ints("b", {INT64_MAX, 2}).node("ReduceProd", {"b"}, {"y"}),
               "does not fit in 64 bits");
}

TEST(ImportReduce, NormalizedWeightsFold) {
  // Weight normalization as PyTorch writes it: w = v * g / ||v||.
  auto model = beside().floats("v", {2, 2}, {3, 4, 6, 8}).floats("g", {2, 1}, {5, 10});
  model.node("ReduceL2", {"v"}, {"norm"}, {attr("axes", Ints{1}), attr("keepdims", 1)});
  model.node("Div", {"v", "norm"}, {"unit"}).node("Mul", {"unit", "g"}, {"w"});
  EXPECT_EQ(folded(model, "norm").values, (Floats{5, 10}));
  EXPECT_EQ(folded(model, "w").values, (Floats{3, 4, 6, 8}));
  auto squares = beside()
                     .floats("v", {3}, {-1, 2, -3})
                     .node("ReduceSumSquare", {"v"}, {"q"})
                     .node("ReduceL1", {"v"}, {"a"});
  EXPECT_EQ(folded(squares, "q").values, Floats{14});
  EXPECT_EQ(folded(squares, "a").values, Floats{6});
}

}  // namespace
}  // namespace nawq::onnx
