#include "graph/passes/passes.h"

#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr Binary kAdd{BinaryKind::kAdd}, kSub{BinaryKind::kSub}, kMul{BinaryKind::kMul},
    kDiv{BinaryKind::kDiv}, kPow{BinaryKind::kPow};

void expect_passes_make(const Graph& before, const std::string& expected) {
  Graph after = before;
  const Status status = run_passes(after);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(dump(after), expected);
  expect_same_output(before, after, kRounded);
}

TEST(RunPasses, MakesOneConvolutionOfAChannelsLastProduct) {
  TinyGraph net({1, 3, 4, 5});
  ValueId y = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  y = net.add("product", MatMul{}, {y, net.constant("w", {3, 6})});
  y = net.add("sum", kAdd, {y, net.constant("b", {6})});
  net.add("y", Transpose{{0, 3, 1, 2}}, {y});
  expect_passes_make(net.graph, R"(input %x [1,3,4,5]
%y [1,6,4,5] = Conv (%x, w[6,3,1,1], b[6])
output %y
)");
}

TEST(RunPasses, MakesConvolutionsOfAnMlpOnTokens) {
  TinyGraph net({1, 3, 4, 5});
  ValueId y = net.add("flat", Reshape{{1, 3, 20}}, {net.x});
  y = net.add("tokens", Transpose{{0, 2, 1}}, {y});
  y = net.add("fc1", MatMul{}, {y, net.constant("w1", {3, 6})});
  y = net.add("act", Unary{UnaryKind::kGelu}, {y});
  y = net.add("fc2", MatMul{}, {y, net.constant("w2", {6, 2})});
  y = net.add("bias", kAdd, {y, net.constant("b2", {2})});
  y = net.add("back", Transpose{{0, 2, 1}}, {y});
  net.add("y", Reshape{{1, 2, 4, 5}}, {y});
  expect_passes_make(net.graph, R"(input %x [1,3,4,5]
%fc1.conv [1,6,4,5] = Conv (%x, w1[6,3,1,1])
%act [1,6,4,5] = Gelu (%fc1.conv)
%y [1,2,4,5] = Conv (%act, w2[2,6,1,1], b2[2])
output %y
)");
}

TEST(RunPasses, MakesConvolutionsOfASqueezeAndExcitation) {
  TinyGraph net({1, 4, 3, 5});
  ValueId y = net.add("pool", Reduce{ReduceKind::kMean, {2, 3}, false}, {net.x});
  y = net.add("fc1", MatMul{}, {y, net.constant("w1", {4, 2})});
  y = net.add("relu", Unary{UnaryKind::kClip, 0, std::numeric_limits<float>::infinity()}, {y});
  y = net.add("fc2", MatMul{}, {y, net.constant("w2", {2, 4})});
  y = net.add("gate", Unary{UnaryKind::kSigmoid}, {y});
  y = net.add("spread", Reshape{{1, 4, 1, 1}}, {y});
  net.add("y", kMul, {net.x, y});
  expect_passes_make(net.graph, R"(input %x [1,4,3,5]
%pool.statistic [1,4,1,1] = ChannelMean (%x)
%fc1.conv [1,2,1,1] = Conv (%pool.statistic, w1[2,4,1,1])
%relu [1,2,1,1] = Relu (%fc1.conv)
%fc2.conv [1,4,1,1] = Conv (%relu, w2[4,2,1,1])
%gate [1,4,1,1] = Sigmoid (%fc2.conv)
%y [1,4,3,5] = Mul (%x, %gate)
output %y
)");
}

TEST(RunPasses, FoldsAffinesTowardsConvolutionsOnBothSides) {
  TinyGraph net({1, 3, 4, 5});
  ValueId y = net.add("scaled", kDiv, {net.x, net.number("s", 255)});
  y = net.add("shifted", kSub, {y, net.constant("t", {1, 3, 1, 1})});
  y = net.add("pad", Pad{PadMode::kConstant, {0, 0, 1, 1}, {0, 0, 1, 1}, 0}, {y});
  y = net.add("conv", Conv{}, {y, net.constant("w", {12, 3, 3, 3})});
  y = net.add("unfolded", Reshape{{1, 3, 2, 2, 4, 5}}, {y});
  y = net.add("turned", Transpose{{0, 1, 4, 2, 5, 3}}, {y});
  y = net.add("shuffled", Reshape{{1, 3, 8, 10}}, {y});
  y = net.add("unshifted", kAdd, {y, net.constant("u", {1, 3, 1, 1})});
  net.add("y", kMul, {y, net.number("v", 255)});
  expect_passes_make(net.graph, R"(input %x [1,3,4,5]
%y.unshuffled [1,12,4,5] = Conv pads 1,1,1,1 padded with a value per channel (%x, w[12,3,3,3], conv.bias[12])
%y [1,3,8,10] = DepthToSpace block 2 crd (%y.unshuffled)
output %y
)");
}

TEST(RunPasses, FindsTheStatisticsInAPictureOfOnePixel) {
  TinyGraph net({1, 3, 1, 1});
  const auto mean = [&](std::string name, ValueId of) {
    const ValueId rows = net.add(name + ".rows", Reduce{ReduceKind::kSum, {3}}, {of});
    const ValueId sum = net.add(name + ".sum", Reduce{ReduceKind::kSum, {2}}, {rows});
    return net.add(name, kDiv, {sum, net.number(name + ".count", 1)});
  };
  const ValueId average = mean("mean", net.x);
  const ValueId difference = net.add("difference", kSub, {net.x, average});
  const ValueId squares = net.add("squares", kPow, {difference, net.number("two", 2)});
  const ValueId deviation = net.add("deviation", kPow, {mean("variance", squares), net.number("half", 0.5f)});
  net.add("y", kAdd, {deviation, average});
  expect_passes_make(net.graph, R"(input %x [1,3,1,1]
%mean [1,3,1,1] = ChannelMean (%x)
%deviation [1,3,1,1] = ChannelDeviation (%x)
%y [1,3,1,1] = Add (%deviation, %mean)
output %y
)");
}

TEST(RunPasses, SettlesOnLongChains) {
  constexpr int kLayers = 200;
  TinyGraph net({1, 2, 4, 5});
  ValueId y = net.x;
  for (int i = 0; i < kLayers; ++i) {
    y = net.add("fold", Reshape{{1, 2, 20, 1}}, {y});
    y = net.add("conv", Conv{}, {y, net.constant("w", {2, 2, 1, 1}, {1, 0.5f, -0.5f, 1})});
    y = net.add("unfold", Reshape{{1, 2, 4, 5}}, {y});
    y = net.add("norm", kMul, {y, net.number("s", 0.9f)});
    y = net.add("act", Unary{UnaryKind::kTanh}, {y});
  }
  Graph after = net.graph;
  const Status status = run_passes(after);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(after.nodes.size(), std::size_t{2 * kLayers});
  expect_same_output(net.graph, after, 1e-4);
}

TEST(RunPasses, NamesThePassThatFails) {
  TinyGraph net({1, 1, 2, 2});
  const ValueId one = net.graph.add_constant("one", int_vector({1}));
  const ValueId zero = net.graph.add_constant("zero", int_vector({0}));
  net.add("ratio", kDiv, {one, zero});
  const Status status = run_passes(net.graph);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message.rfind("pass fold_constants: node 'ratio' (Div): ", 0), 0u)
      << status.error().message;
}

}  // namespace
}  // namespace nawq::graph
