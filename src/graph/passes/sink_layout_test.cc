#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr Binary kAdd{BinaryKind::kAdd}, kMul{BinaryKind::kMul};

TEST(SinkLayout, MovesATransposeBelowWhatTreatsElementsAlike) {
  TinyGraph net({1, 2, 3, 5});
  ValueId y = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  y = net.add("tanh", Unary{UnaryKind::kTanh}, {y});
  y = net.add("prelu", PRelu{}, {y, net.constant("slope", {1})});
  y = net.add("mul", kMul, {net.number("two", 2), y});
  net.add("y", Transpose{{0, 3, 1, 2}}, {y});
  expect_rewrite(net.graph, sink_layout, R"(input %x [1,2,3,5]
%tanh [1,2,3,5] = Tanh (%x)
%prelu [1,2,3,5] = PRelu (%tanh, slope[1])
%mul [1,2,3,5] = Mul (two[], %prelu)
%turned [1,3,5,2] = Transpose perm [0,2,3,1] (%mul)
%y [1,2,3,5] = Transpose perm [0,3,1,2] (%turned)
output %y
)",
                 kExact);
}

TEST(SinkLayout, MovesARefoldingBelowPointwiseConvolutions) {
  TinyGraph net({1, 2, 3, 5});
  ValueId y = net.add("folded", Reshape{{1, 2, 15, 1}}, {net.x});
  y = net.add("conv", Conv{}, {y, net.constant("w", {4, 2, 1, 1}), net.constant("b", {4})});
  y = net.add("relu", Unary{UnaryKind::kRelu}, {y});
  net.add("y", Reshape{{1, 4, 3, 5}}, {y});
  expect_rewrite(net.graph, sink_layout, R"(input %x [1,2,3,5]
%conv [1,4,3,5] = Conv (%x, w[4,2,1,1], b[4])
%relu [1,4,3,5] = Relu (%conv)
%folded [1,4,15,1] = Reshape (%relu)
%y [1,4,3,5] = Reshape (%folded)
output %y
)",
                 kExact);
}

TEST(SinkLayout, LeavesATransposeAboveWhatTellsAxesApart) {
  TinyGraph net({1, 2, 3, 3});
  const ValueId turned = net.add("turned", Transpose{{0, 1, 3, 2}}, {net.x});
  const ValueId scaled = net.add("scaled", kMul, {turned, net.constant("s", {2, 1, 1})});
  const ValueId again = net.add("again", Transpose{{0, 1, 3, 2}}, {scaled});
  net.add("y", Conv{}, {again, net.constant("w", {2, 2, 1, 1})});
  expect_untouched(net.graph, sink_layout);
}

TEST(SinkLayout, LeavesANumberThatAddsDimensions) {
  TinyGraph net({1, 2, 3, 5});
  const ValueId turned = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  net.add("y", kMul, {turned, net.constant("s", {1, 1, 1, 1, 1})});
  expect_untouched(net.graph, sink_layout);
}

TEST(SinkLayout, LeavesARefoldingOfChannelsAndOneAboveASpatialConvolution) {
  TinyGraph channels({1, 4, 3, 5});
  const ValueId folded = channels.add("folded", Reshape{{1, 2, 6, 5}}, {channels.x});
  channels.add("y", Conv{}, {folded, channels.constant("w", {2, 2, 1, 1})});
  expect_untouched(channels.graph, sink_layout);

  for (const Conv& conv : {convolution({1, 0, 0, 0}), convolution({}, 1, {2, 1})}) {
    TinyGraph spatial({1, 2, 3, 5});
    const ValueId line = spatial.add("line", Reshape{{1, 2, 15, 1}}, {spatial.x});
    spatial.add("y", conv, {line, spatial.constant("w", {2, 2, 1, 1})});
    expect_untouched(spatial.graph, sink_layout);
  }
}

TEST(SinkLayout, LeavesALayoutThatSeveralReadOrThatIsTheOutput) {
  TinyGraph net({1, 2, 3, 5});
  const ValueId turned = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  const ValueId relu = net.add("relu", Unary{UnaryKind::kRelu}, {turned});
  net.add("y", kAdd, {turned, relu});
  expect_untouched(net.graph, sink_layout);

  TinyGraph out({1, 2, 3, 5});
  const ValueId last = out.add("last", Transpose{{0, 2, 3, 1}}, {out.x});
  out.add("relu", Unary{UnaryKind::kRelu}, {last});
  out.graph.output = last;
  expect_untouched(out.graph, sink_layout);
}

}  // namespace
}  // namespace nawq::graph
