#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

// [1,3,H,W] -> [H*W, 3]: a picture as rows of pixels.
TestModel pixel_rows() {
  return beside()
      .node("Transpose", {"x"}, {"t"}, {attr("perm", Ints{0, 2, 3, 1})})
      .ints("rows", {-1, 3})
      .node("Reshape", {"t", "rows"}, {"r"});
}

TEST(ImportMatMul, MultipliesPixelsByConstantWeights) {
  const auto graph = imported(pixel_rows().weights("w", {3, 5}).node("MatMul", {"r", "w"}, {"y"}));
  EXPECT_EQ(shape_of(graph), (graph::Shape{48, 5}));
  expect_error(pixel_rows().weights("w", {4, 5}).node("MatMul", {"r", "w"}, {"y"}), "node 'y' (MatMul)");
}

TEST(ImportGemm, WeightsAreTransposedAndScaledOnLoad) {
  auto model = pixel_rows().floats("w", {2, 3}, {1, 2, 3, 4, 5, 6}).floats("c", {2}, {10, 20});
  model.node("Gemm", {"r", "w", "c"}, {"y"}, {attr("transB", 1), attr("alpha", 2.0f), attr("beta", 0.5f)});
  const auto graph = imported(model);
  EXPECT_EQ(op_of<graph::Binary>(graph).kind, graph::BinaryKind::kAdd);
  EXPECT_EQ(shape_of(graph), (graph::Shape{48, 2}));
  op_of<graph::MatMul>(graph, "y/product");
  ASSERT_NE(constant_of(graph, "y/product", 1), nullptr);
  EXPECT_EQ(constant_of(graph, "y/product", 1)->floats, (Floats{2, 8, 4, 10, 6, 12}));
  ASSERT_NE(constant_of(graph, "y", 1), nullptr);
  EXPECT_EQ(constant_of(graph, "y", 1)->floats, (Floats{5, 10}));
}

TEST(ImportGemm, TakesOnlyMatrices) {
  expect_error(beside().weights("w", {3, 3}).node("Gemm", {"x", "w"}, {"y"}), "is no matrix");
}

}  // namespace
}  // namespace nawq::onnx
