#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

struct AfterConv : TinyGraph {
  ValueId conv;
  explicit AfterConv(std::int64_t outputs = 3) : TinyGraph({1, 2, 5, 4}) {
    conv = add("conv", convolution({1, 1, 1, 1}),
               {x, constant("w", {outputs, 2, 3, 3}), constant("b", {outputs})});
  }
  std::vector<ValueId> batch_norm(ValueId input) {
    return {input, constant("scale", {3}), constant("shift", {3}), constant("mean", {3}),
            constant("variance", {3}, {0.5f, 2.0f, 0.1f})};
  }
};

constexpr const char* kOnlyConv = R"(input %x [1,2,5,4]
%y [1,3,5,4] = Conv pads 1,1,1,1 (%x, w[3,2,3,3], b[3])
output %y
)";

TEST(FoldAffineBackward, TakesABatchNorm) {
  AfterConv net;
  net.add("y", BatchNorm{1e-3f}, net.batch_norm(net.conv));
  expect_rewrite(net.graph, fold_affine_backward, kOnlyConv, kRounded);
}

TEST(FoldAffineBackward, TakesAChainOfArithmetic) {
  AfterConv net;
  ValueId y = net.add("add", Binary{BinaryKind::kAdd}, {net.conv, net.constant("c1", {3, 1, 1})});
  y = net.add("mul", Binary{BinaryKind::kMul}, {net.constant("c2", {1, 3, 1, 1}), y});
  y = net.add("sub", Binary{BinaryKind::kSub}, {net.number("c3", 2), y});
  y = net.add("sub2", Binary{BinaryKind::kSub}, {y, net.constant("c4", {1}, {0.5f})});
  net.add("y", Binary{BinaryKind::kDiv}, {y, net.constant("c5", {3, 1, 1}, {2, -3, 0.25f})});
  expect_rewrite(net.graph, fold_affine_backward, kOnlyConv, kRounded);
}

TEST(FoldAffineBackward, TakesAConvolutionByADiagonalMatrix) {
  AfterConv net;
  const ValueId diagonal = net.constant("d", {3, 3, 1, 1}, {2, 0, 0, 0, -1, 0, 0, 0, 0.5f});
  net.add("y", Conv{}, {net.conv, diagonal, net.constant("t", {3})});
  expect_rewrite(net.graph, fold_affine_backward, kOnlyConv, kRounded);
}

TEST(FoldAffineBackward, TakesADepthwisePointwiseConvolution) {
  AfterConv net;
  net.add("y", convolution({}, 3), {net.conv, net.constant("d", {3, 1, 1, 1})});
  expect_rewrite(net.graph, fold_affine_backward, kOnlyConv, kRounded);
}

TEST(FoldAffineBackward, MakesABiasWhereThereIsNone) {
  TinyGraph net({1, 2, 5, 4});
  const ValueId conv = net.add("conv", Conv{}, {net.x, net.constant("w", {3, 2, 3, 3})});
  net.add("y", Binary{BinaryKind::kAdd}, {conv, net.constant("c", {3, 1, 1})});
  expect_rewrite(net.graph, fold_affine_backward, R"(input %x [1,2,5,4]
%y [1,3,3,2] = Conv (%x, w[3,2,3,3], conv.bias[3])
output %y
)",
                 kRounded);
}

TEST(FoldAffineBackward, EntersAGroupedTransposedConvolution) {
  TinyGraph net({1, 4, 3, 3});
  ConvTranspose op;
  op.stride = {2, 2};
  op.output_padding = {1, 1};
  op.groups = 2;
  const ValueId conv = net.add("conv", op, {net.x, net.constant("w", {4, 3, 2, 2}), net.constant("b", {6})});
  const ValueId y = net.add("mul", Binary{BinaryKind::kMul}, {conv, net.constant("s", {6, 1, 1})});
  net.add("y", Binary{BinaryKind::kAdd}, {y, net.constant("t", {6, 1, 1})});
  expect_rewrite(net.graph, fold_affine_backward, R"(input %x [1,4,3,3]
%y [1,6,7,7] = ConvTranspose stride 2x2 output padding 1x1 groups 2 (%x, w[4,3,2,2], b[6])
output %y
)",
                 kRounded);
}

TEST(FoldAffineBackward, PassesThroughAPixelShuffleInEitherOrder) {
  for (const ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr}) {
    AfterConv net(12);
    const ValueId shuffled = net.add("shuffle", DepthToSpace{2, order}, {net.conv});
    const ValueId y = net.add("mul", Binary{BinaryKind::kMul}, {shuffled, net.constant("s", {3, 1, 1})});
    net.add("y", Binary{BinaryKind::kAdd}, {y, net.constant("t", {3, 1, 1})});
    const std::string order_text = order == ShuffleOrder::kCrd ? "crd" : "dcr";
    expect_rewrite(net.graph, fold_affine_backward,
                   "input %x [1,2,5,4]\n"
                   "%y.unshuffled [1,12,5,4] = Conv pads 1,1,1,1 (%x, w[12,2,3,3], b[12])\n"
                   "%y [1,3,10,8] = DepthToSpace block 2 " +
                       order_text + " (%y.unshuffled)\noutput %y\n",
                   kRounded);
  }
}

TEST(FoldAffineBackward, LeavesAConvolutionThatAnotherNodeReads) {
  AfterConv net;
  const ValueId scaled = net.add("mul", Binary{BinaryKind::kMul}, {net.conv, net.number("c", 2)});
  net.add("y", Binary{BinaryKind::kAdd}, {scaled, net.conv});
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesAConvolutionThatIsTheOutput) {
  AfterConv net;
  net.add("y", Binary{BinaryKind::kMul}, {net.conv, net.number("c", 2)});
  net.graph.output = net.conv;
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesAConstantPerColumn) {
  TinyGraph net({1, 2, 5, 3});
  const ValueId conv = net.add("conv", Conv{}, {net.x, net.constant("w", {3, 2, 1, 1})});
  net.add("y", Binary{BinaryKind::kMul}, {conv, net.constant("c", {3})});
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesAConstantThatWidensThePicture) {
  TinyGraph net({1, 2, 5, 3});
  const ValueId conv = net.add("conv", Conv{}, {net.x, net.constant("w", {1, 2, 1, 1})});
  net.add("y", Binary{BinaryKind::kMul}, {conv, net.constant("c", {3, 1, 1})});
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesAMatrixThatIsNotDiagonal) {
  AfterConv net;
  net.add("y", Conv{}, {net.conv, net.constant("d", {3, 3, 1, 1}, {2, 0, 0, 0, -1, 0, 0, 1e-9f, 0.5f})});
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesADepthwiseConvolutionThatStridesOrPads) {
  AfterConv net;
  const ValueId strided =
      net.add("s", convolution({}, 3, {2, 1}), {net.conv, net.constant("d", {3, 1, 1, 1})});
  net.add("y", convolution({0, 1, 0, 0}, 3),
          {strided, net.constant("e", {3, 1, 1, 1}), net.constant("f", {3})});
  expect_untouched(net.graph, fold_affine_backward);
}

TEST(FoldAffineBackward, LeavesDivisionByThePictureAndByZero) {
  AfterConv net;
  const ValueId inverse = net.add("inverse", Binary{BinaryKind::kDiv}, {net.number("c", 2), net.conv});
  const ValueId relu = net.add("relu", Unary{UnaryKind::kRelu}, {inverse});
  const ValueId conv = net.add("conv2", Conv{}, {relu, net.constant("w2", {3, 3, 1, 1})});
  net.add("y", Binary{BinaryKind::kDiv}, {conv, net.number("zero", 0)});
  expect_untouched(net.graph, fold_affine_backward);
}

}  // namespace
}  // namespace nawq::graph
