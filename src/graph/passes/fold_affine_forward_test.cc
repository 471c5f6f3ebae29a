#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

struct Shifted : TinyGraph {
  ValueId shifted;
  Shifted() : TinyGraph({1, 3, 5, 4}) {
    const ValueId identity = constant("one", {3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
    shifted = add("shift", Conv{}, {x, identity, constant("t", {3}, {-114.4f, -111.5f, -103.0f})});
  }
  ValueId conv(std::string name, ValueId input, Padding2d pads = {1, 1, 1, 1}) {
    return add(std::move(name), convolution(pads), {input, constant("w", {2, 3, 3, 3}), constant("b", {2})});
  }
};

constexpr const char* kOnlyConv = R"(input %x [1,3,5,4]
%y [1,2,5,4] = Conv pads 1,1,1,1 padded with a value per channel (%x, w[2,3,3,3], b[2])
output %y
)";

TEST(FoldAffineForward, TakesAMeanShiftExactlyUpToPaddedBorders) {
  Shifted net;
  net.conv("y", net.shifted);
  expect_rewrite(net.graph, fold_affine_forward, kOnlyConv, kRounded);
}

TEST(FoldAffineForward, PadsWithWhatTheAffineTurnsIntoZero) {
  Shifted net;
  net.conv("y", net.shifted);
  ASSERT_EQ(fold_affine_forward(net.graph).value(), 1);
  const std::vector<float> expected{114.4f, 111.5f, 103.0f};
  EXPECT_EQ(net.graph.nodes.back().as<Conv>()->pad_values, expected);
}

TEST(FoldAffineForward, TakesABatchNormAndKeepsOtherPadValues) {
  TinyGraph net({1, 3, 5, 4});
  const ValueId normal =
      net.add("norm", BatchNorm{},
              {net.x, net.constant("scale", {3}, {0.5f, -2, 1.5f}), net.constant("shift", {3}),
               net.constant("mean", {3}), net.constant("variance", {3}, {0.5f, 2.0f, 0.1f})});
  Conv op = convolution({1, 1, 1, 1});
  op.pad_values = {0.5f, -1, 2};
  net.add("y", op, {normal, net.constant("w", {2, 3, 3, 3}), net.constant("b", {2})});
  expect_rewrite(net.graph, fold_affine_forward, kOnlyConv, kRounded);
}

TEST(FoldAffineForward, TakesAChainOfAffines) {
  TinyGraph net({1, 3, 5, 4});
  const ValueId scaled = net.add("scaled", Binary{BinaryKind::kDiv}, {net.x, net.number("s", 255)});
  const ValueId shifted =
      net.add("shifted", Binary{BinaryKind::kSub}, {scaled, net.constant("t", {3, 1, 1})});
  net.add("y", convolution({1, 1, 1, 1}), {shifted, net.constant("w", {2, 3, 3, 3}), net.constant("b", {2})});
  expect_rewrite(net.graph, fold_affine_forward, kOnlyConv, kRounded);
}

TEST(FoldAffineForward, NeedsNoPadValuesForAScaleOrAnUnpaddedConvolution) {
  TinyGraph scale({1, 3, 5, 4});
  const ValueId scaled = scale.add("scaled", Binary{BinaryKind::kMul}, {scale.x, scale.number("s", 0.25f)});
  scale.add("y", convolution({1, 1, 1, 1}), {scaled, scale.constant("w", {2, 3, 3, 3})});
  expect_rewrite(scale.graph, fold_affine_forward, R"(input %x [1,3,5,4]
%y [1,2,5,4] = Conv pads 1,1,1,1 (%x, w[2,3,3,3], y.bias[2])
output %y
)",
                 kRounded);
  Shifted net;
  net.conv("y", net.shifted, {});
  expect_rewrite(net.graph, fold_affine_forward, R"(input %x [1,3,5,4]
%y [1,2,3,2] = Conv (%x, w[2,3,3,3], b[2])
output %y
)",
                 kRounded);
}

TEST(FoldAffineForward, EntersSeveralAndGroupedConvolutions) {
  TinyGraph net({1, 4, 5, 4});
  const ValueId shifted = net.add("shifted", Binary{BinaryKind::kAdd}, {net.x, net.constant("t", {4, 1, 1})});
  const ValueId scaled = net.add("scaled", Binary{BinaryKind::kMul}, {shifted, net.constant("s", {4, 1, 1})});
  const ValueId a = net.add("a", convolution({1, 1, 1, 1}, 2), {scaled, net.constant("wa", {6, 2, 3, 3})});
  const ValueId b = net.add("b", Conv{}, {scaled, net.constant("wb", {6, 4, 1, 1})});
  net.add("y", Binary{BinaryKind::kMul}, {a, b});
  expect_rewrite(net.graph, fold_affine_forward, R"(input %x [1,4,5,4]
%a [1,6,5,4] = Conv pads 1,1,1,1 groups 2 padded with a value per channel (%x, wa[6,2,3,3], a.bias[6])
%b [1,6,5,4] = Conv (%x, wb[6,4,1,1], b.bias[6])
%y [1,6,5,4] = Mul (%a, %b)
output %y
)",
                 kRounded);
}

TEST(FoldAffineForward, LeavesAnAffineThatSomethingElseReads) {
  Shifted net;
  const ValueId conv = net.add("conv", Conv{}, {net.shifted, net.constant("w", {3, 3, 1, 1})});
  net.add("y", Binary{BinaryKind::kAdd}, {conv, net.shifted});
  expect_untouched(net.graph, fold_affine_forward);
}

TEST(FoldAffineForward, LeavesAnAffineThatIsTheOutput) {
  Shifted net;
  net.conv("y", net.shifted);
  net.graph.output = net.shifted;
  expect_untouched(net.graph, fold_affine_forward);
}

TEST(FoldAffineForward, LeavesATransposedConvolutionWhoseBordersWouldChange) {
  Shifted net;
  net.add("y", ConvTranspose{}, {net.shifted, net.constant("w", {3, 2, 3, 3})});
  expect_untouched(net.graph, fold_affine_forward);
}

TEST(FoldAffineForward, LeavesAScaleOfZeroBeforePaddingButNotWithout) {
  for (const bool padded : {true, false}) {
    TinyGraph net({1, 2, 5, 4});
    const ValueId scaled =
        net.add("mul", Binary{BinaryKind::kMul}, {net.x, net.constant("s", {2, 1, 1}, {0, 2})});
    const Padding2d pads = padded ? Padding2d{1, 1, 1, 1} : Padding2d{};
    net.add("y", convolution(pads), {scaled, net.constant("w", {2, 2, 3, 3}), net.constant("b", {2})});
    if (padded) {
      expect_untouched(net.graph, fold_affine_forward);
    } else {
      expect_rewrite(net.graph, fold_affine_forward, R"(input %x [1,2,5,4]
%y [1,2,3,2] = Conv (%x, w[2,2,3,3], b[2])
output %y
)",
                     kRounded);
    }
  }
}

}  // namespace
}  // namespace nawq::graph
