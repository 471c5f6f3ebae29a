#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TestModel reshape_model(const Ints& shape, const std::vector<Attribute>& attributes = {}) {
  return beside().ints("shape", shape).node("Reshape", {"x", "shape"}, {"y"}, attributes);
}

TEST(ImportReshape, ZeroCopiesAndMinusOneFillsIn) {
  EXPECT_EQ(shape_of(imported(reshape_model({0, 1, -1, 4}))), (graph::Shape{1, 1, 36, 4}));
  EXPECT_EQ(shape_of(imported(reshape_model({-1}))), (graph::Shape{144}));
  EXPECT_EQ(find_node(imported(reshape_model({0, 0, 0, 0})), "y"), nullptr);  // changes nothing: no node
}

TEST(ImportReshape, RefusesShapesThatDoNotFit) {
  expect_error(reshape_model({-1, -1}), "shape [-1,-1] is not supported");
  expect_error(reshape_model({-1, 5}), "[1,3,6,8] cannot become [-1,5]");
  expect_error(reshape_model({5}), "node 'y' (Reshape)");
  expect_error(reshape_model({1, 3, 6, 8, 0}), "copies dimension 4");
  expect_error(reshape_model({0, -1}, {attr("allowzero", 1)}), "cannot become");
  expect_error(beside().node("Reshape", {"x", "x"}, {"y"}), "shape 'x' is computed at run time");
}

TEST(ImportReshape, FlattenSqueezeAndUnsqueezeAreReshapes) {
  EXPECT_EQ(shape_of(imported(beside().node("Flatten", {"x"}, {"y"}))), (graph::Shape{1, 144}));
  EXPECT_EQ(shape_of(imported(beside().node("Flatten", {"x"}, {"y"}, {attr("axis", -1)}))),
            (graph::Shape{18, 8}));
  EXPECT_EQ(shape_of(imported(beside().node("Squeeze", {"x"}, {"y"}))), (graph::Shape{3, 6, 8}));
  EXPECT_EQ(shape_of(imported(beside(11).node("Squeeze", {"x"}, {"y"}, {attr("axes", Ints{0})}))),
            (graph::Shape{3, 6, 8}));
  EXPECT_EQ(shape_of(imported(beside().ints("a", {-4}).node("Squeeze", {"x", "a"}, {"y"}))),
            (graph::Shape{3, 6, 8}));
  EXPECT_EQ(shape_of(imported(beside(11).node("Unsqueeze", {"x"}, {"y"}, {attr("axes", Ints{5, 2})}))),
            (graph::Shape{1, 3, 1, 6, 8, 1}));
  EXPECT_EQ(shape_of(imported(beside().ints("a", {-1}).node("Unsqueeze", {"x", "a"}, {"y"}))),
            (graph::Shape{1, 3, 6, 8, 1}));
  expect_error(beside().ints("a", {1}).node("Squeeze", {"x", "a"}, {"y"}), "axis 1 of [1,3,6,8] is not 1");
  expect_error(beside().node("Unsqueeze", {"x"}, {"y"}), "axes are missing");
}

TEST(ImportTranspose, ReversesByDefaultAndVanishesInOrder) {
  EXPECT_EQ(op_of<graph::Transpose>(imported(beside().node("Transpose", {"x"}, {"y"}))).perm,
            (Ints{3, 2, 1, 0}));
  EXPECT_EQ(shape_of(imported(beside().node("Transpose", {"x"}, {"y"}, {attr("perm", Ints{0, 2, 3, 1})}))),
            (graph::Shape{1, 6, 8, 3}));
  EXPECT_EQ(
      find_node(imported(beside().node("Transpose", {"x"}, {"y"}, {attr("perm", Ints{0, 1, 2, 3})})), "y"),
      nullptr);
  expect_error(beside().node("Transpose", {"x"}, {"y"}, {attr("perm", Ints{0, 1, 1, 3})}),
               "node 'y' (Transpose)");
}

TEST(ImportExpand, BroadcastsBothWays) {
  auto model = beside().node("GlobalAveragePool", {"x"}, {"m"}).ints("shape", {6, 1});
  EXPECT_EQ(shape_of(imported(model.node("Expand", {"m", "shape"}, {"y"}))), (graph::Shape{1, 3, 6, 1}));
  expect_error(beside().ints("shape", {5, 5}).node("Expand", {"x", "shape"}, {"y"}), "do not broadcast");
}

TEST(ImportDepthToSpace, BothOrdersAndTheInverse) {
  const auto run = [](const std::vector<Attribute>& attributes) {
    auto model = beside().weights("w", {12, 3, 1, 1}).node("Conv", {"x", "w"}, {"c"});
    return imported(model.node("DepthToSpace", {"c"}, {"y"}, attributes));
  };
  const auto plain = run({attr("blocksize", 2)});
  EXPECT_EQ(op_of<graph::DepthToSpace>(plain).order, graph::ShuffleOrder::kDcr);
  EXPECT_EQ(shape_of(plain), (graph::Shape{1, 3, 12, 16}));
  EXPECT_EQ(op_of<graph::DepthToSpace>(run({attr("blocksize", 2), attr("mode", "CRD")})).order,
            graph::ShuffleOrder::kCrd);
  const auto inverse = imported(beside().node("SpaceToDepth", {"x"}, {"y"}, {attr("blocksize", 2)}));
  EXPECT_EQ(op_of<graph::SpaceToDepth>(inverse).order, graph::ShuffleOrder::kDcr);
  EXPECT_EQ(shape_of(inverse), (graph::Shape{1, 12, 3, 4}));
  expect_error(beside().node("SpaceToDepth", {"x"}, {"y"}), "blocksize=0 is not supported");
  expect_error(beside().node("DepthToSpace", {"x"}, {"y"}, {attr("blocksize", 2)}),
               "node 'y' (DepthToSpace)");
  expect_error(beside().node("DepthToSpace", {"x"}, {"y"}, {attr("blocksize", 1), attr("mode", "RCD")}),
               "mode=RCD");
}

}  // namespace
}  // namespace nawq::onnx
