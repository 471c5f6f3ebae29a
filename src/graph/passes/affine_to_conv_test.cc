#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

TinyGraph product(Shape picture) {
  TinyGraph net(std::move(picture));
  const ValueId relu = net.add("relu", Unary{UnaryKind::kRelu}, {net.x});
  const ValueId factors = net.constant("factors", {2, 1, 1}, {0.5f, -2});
  net.add("y", Binary{BinaryKind::kMul}, {relu, factors});
  return net;
}

TEST(AffineToConv, ActsWhereEitherSideIsRounded) {
  for (const char* rounded : {"relu", "y"}) {
    TinyGraph net = product({1, 2, 3, 3});
    net.graph.rounded = {rounded};
    expect_rewrite(net.graph, affine_to_conv, R"(input %x [1,2,3,3]
%relu [1,2,3,3] = Relu (%x)
%y [1,2,3,3] = Conv groups 2 (%relu, y.weight[2,1,1,1], y.bias[2])
output %y
)",
                   kExact);
  }
}

TEST(AffineToConv, LeavesWhatOthersMayFoldAndWhatIsNoPicture) {
  expect_untouched(product({1, 2, 3, 3}).graph, affine_to_conv);
  TinyGraph pixel = product({1, 2, 1, 1});
  pixel.graph.rounded = {"y"};
  expect_untouched(pixel.graph, affine_to_conv);
}

}  // namespace
}  // namespace nawq::graph
