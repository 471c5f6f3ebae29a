#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr Binary kAdd{BinaryKind::kAdd};

TEST(MatmulToConv, TurnsAProductOnChannelsLastPictures) {
  TinyGraph net({1, 4, 5, 3});
  const ValueId product = net.add("product", MatMul{}, {net.x, net.constant("w", {3, 6})});
  net.add("y", kAdd, {product, net.constant("b", {6})});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,4,5,3]
%product.channels_first [1,3,4,5] = Transpose perm [0,3,1,2] (%x)
%product.conv [1,6,4,5] = Conv (%product.channels_first, w[6,3,1,1], b[6])
%y [1,4,5,6] = Transpose perm [0,2,3,1] (%product.conv)
output %y
)",
                 kRounded);
}

// [1,3,4,5] as tokens.
struct Tokens : TinyGraph {
  ValueId tokens;
  explicit Tokens(Shape shape = {1, 20, 3})
      : TinyGraph({1, 3, 4, 5}), tokens(add("tokens", Reshape{shape}, {x})) {}
};

TEST(MatmulToConv, TurnsAProductOnTokens) {
  Tokens net;
  const ValueId product = net.add("product", MatMul{}, {net.tokens, net.constant("w", {3, 6})});
  net.add("y", kAdd, {net.constant("b", {1, 1, 6}), product});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [1,20,3] = Reshape (%x)
%product.channels_first [1,3,20] = Transpose perm [0,2,1] (%tokens)
%product.picture [1,3,20,1] = Reshape (%product.channels_first)
%product.conv [1,6,20,1] = Conv (%product.picture, w[6,3,1,1], b[6])
%product.tokens [1,6,20] = Reshape (%product.conv)
%y [1,20,6] = Transpose perm [0,2,1] (%product.tokens)
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, TurnsAProductOfMatrices) {
  Tokens net({20, 3});
  net.add("y", MatMul{}, {net.tokens, net.constant("w", {3, 6})});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [20,3] = Reshape (%x)
%y.channels_first [3,20] = Transpose perm [1,0] (%tokens)
%y.picture [1,3,20,1] = Reshape (%y.channels_first)
%y.conv [1,6,20,1] = Conv (%y.picture, w[6,3,1,1])
%y.tokens [6,20] = Reshape (%y.conv)
%y [20,6] = Transpose perm [1,0] (%y.tokens)
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, NeedsNoTransposeForASinglePosition) {
  Tokens net({1, 60});
  const ValueId product = net.add("product", MatMul{}, {net.tokens, net.constant("w", {60, 2})});
  net.add("y", kAdd, {product, net.constant("b", {2})});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [1,60] = Reshape (%x)
%product.picture [1,60,1,1] = Reshape (%tokens)
%product.conv [1,2,1,1] = Conv (%product.picture, w[2,60,1,1], b[2])
%y [1,2] = Reshape (%product.conv)
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, TurnsAProductWithTheConstantOnTheLeft) {
  Tokens net({1, 3, 20});
  const ValueId product = net.add("product", MatMul{}, {net.constant("w", {6, 3}), net.tokens});
  net.add("y", kAdd, {product, net.constant("b", {6, 1})});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [1,3,20] = Reshape (%x)
%product.picture [1,3,20,1] = Reshape (%tokens)
%product.conv [1,6,20,1] = Conv (%product.picture, w[6,3,1,1], b[6])
%y [1,6,20] = Reshape (%product.conv)
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, LeavesASumThatIsNoBias) {
  Tokens net({1, 6, 10});
  const ValueId product = net.add("product", MatMul{}, {net.tokens, net.constant("w", {10, 6})});
  net.add("y", kAdd, {product, net.constant("b", {6, 1})});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [1,6,10] = Reshape (%x)
%product.channels_first [1,10,6] = Transpose perm [0,2,1] (%tokens)
%product.picture [1,10,6,1] = Reshape (%product.channels_first)
%product.conv [1,6,6,1] = Conv (%product.picture, w[6,10,1,1])
%product.tokens [1,6,6] = Reshape (%product.conv)
%product.channels_last [1,6,6] = Transpose perm [0,2,1] (%product.tokens)
%y [1,6,6] = Add (%product.channels_last, b[6,1])
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, LeavesTheBiasOfAProductThatAnotherNodeReads) {
  Tokens net({1, 3, 20});
  const ValueId product = net.add("product", MatMul{}, {net.constant("w", {6, 3}), net.tokens});
  const ValueId sum = net.add("sum", kAdd, {product, net.constant("b", {6, 1})});
  net.add("y", Binary{BinaryKind::kMul}, {sum, product});
  expect_rewrite(net.graph, matmul_to_conv, R"(input %x [1,3,4,5]
%tokens [1,3,20] = Reshape (%x)
%product.picture [1,3,20,1] = Reshape (%tokens)
%product.conv [1,6,20,1] = Conv (%product.picture, w[6,3,1,1])
%product.tokens [1,6,20] = Reshape (%product.conv)
%sum [1,6,20] = Add (%product.tokens, b[6,1])
%y [1,6,20] = Mul (%sum, %product.tokens)
output %y
)",
                 kRounded);
}

TEST(MatmulToConv, LeavesProductsOfTwoComputedValuesAndOfSeveralMatrices) {
  TinyGraph attention({1, 2, 4, 4});
  attention.add("y", MatMul{}, {attention.x, attention.x});
  expect_untouched(attention.graph, matmul_to_conv);

  Tokens windows({4, 5, 3});
  windows.add("y", MatMul{}, {windows.tokens, windows.constant("w", {3, 6})});
  expect_untouched(windows.graph, matmul_to_conv);

  Tokens stacked({1, 20, 3});
  stacked.add("y", MatMul{}, {stacked.tokens, stacked.constant("w", {2, 3, 6})});
  expect_untouched(stacked.graph, matmul_to_conv);
}

}  // namespace
}  // namespace nawq::graph
