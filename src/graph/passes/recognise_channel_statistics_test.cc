#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

using Axes = std::vector<std::int64_t>;

struct Picture : TinyGraph {
  static constexpr float kPixels = 15;
  Picture() : TinyGraph({1, 2, 3, 5}) {}
  ValueId reduce(std::string name, ReduceKind kind, ValueId of, Axes axes, bool keep_dims = true) {
    return add(std::move(name), Reduce{kind, std::move(axes), keep_dims}, {of});
  }
  ValueId sum(std::string name, ValueId of) {
    const ValueId rows = reduce(name + ".rows", ReduceKind::kSum, of, {3});
    return reduce(name + ".sum", ReduceKind::kSum, rows, {2});
  }
  ValueId mean(std::string name, ValueId of) {
    const ValueId total = sum(name, of);
    return add(name, Binary{BinaryKind::kDiv}, {total, number(name + ".count", kPixels)});
  }
  // (x - mean)^2, as IMDN writes it.
  ValueId squares() {
    const ValueId difference = add("difference", Binary{BinaryKind::kSub}, {x, mean("mean", x)});
    return add("squares", Binary{BinaryKind::kPow}, {difference, number("two", 2)});
  }
};

constexpr const char* kMean = R"(input %x [1,2,3,5]
%y [1,2,1,1] = ChannelMean (%x)
output %y
)";
constexpr const char* kDeviation = R"(input %x [1,2,3,5]
%y [1,2,1,1] = ChannelDeviation (%x)
output %y
)";

TEST(RecogniseChannelStatistics, FindsAMeanOverBothAxes) {
  Picture net;
  net.reduce("y", ReduceKind::kMean, net.x, {2, 3});
  expect_rewrite(net.graph, recognise_channel_statistics, kMean, kRounded);
}

TEST(RecogniseChannelStatistics, FindsAMeanOverOneAxisAfterTheOther) {
  Picture net;
  net.reduce("y", ReduceKind::kMean, net.reduce("rows", ReduceKind::kMean, net.x, {2}), {3});
  expect_rewrite(net.graph, recognise_channel_statistics, kMean, kRounded);
}

TEST(RecogniseChannelStatistics, FindsADividedSum) {
  Picture net;
  net.mean("y", net.x);
  expect_rewrite(net.graph, recognise_channel_statistics, kMean, kRounded);
}

TEST(RecogniseChannelStatistics, FindsASumTimesTheReciprocal) {
  Picture net;
  const ValueId sum = net.reduce("sum", ReduceKind::kSum, net.x, {2, 3});
  net.add("y", Binary{BinaryKind::kMul}, {net.number("c", 1 / Picture::kPixels), sum});
  expect_rewrite(net.graph, recognise_channel_statistics, kMean, kRounded);
}

TEST(RecogniseChannelStatistics, FindsAMeanThatDropsItsAxesAndGetsThemBack) {
  Picture net;
  const ValueId rows = net.reduce("rows", ReduceKind::kSum, net.x, {2}, false);
  const ValueId sum = net.reduce("sum", ReduceKind::kSum, rows, {2}, false);
  const ValueId shaped = net.add("shaped", Reshape{{1, 2, 1, 1}}, {sum});
  net.add("y", Binary{BinaryKind::kDiv}, {shaped, net.number("c", Picture::kPixels)});
  expect_rewrite(net.graph, recognise_channel_statistics, kMean, kRounded);
}

TEST(RecogniseChannelStatistics, KeepsTheShapeOfAMeanThatDropsItsAxes) {
  Picture net;
  net.reduce("y", ReduceKind::kMean, net.x, {2, 3}, false);
  expect_rewrite(net.graph, recognise_channel_statistics, R"(input %x [1,2,3,5]
%y.statistic [1,2,1,1] = ChannelMean (%x)
%y [1,2] = Reshape (%y.statistic)
output %y
)",
                 kRounded);
}

TEST(RecogniseChannelStatistics, FindsTheDeviationOfImdn) {
  Picture net;
  const ValueId variance = net.mean("variance", net.squares());
  net.add("y", Binary{BinaryKind::kPow}, {variance, net.number("half", 0.5f)});
  expect_rewrite(net.graph, recognise_channel_statistics, kDeviation, kRounded);
}

TEST(RecogniseChannelStatistics, FindsADeviationWrittenWithAProductAndARoot) {
  Picture net;
  const ValueId mean = net.add("mean", ChannelStatistics{}, {net.x});
  const ValueId difference = net.add("difference", Binary{BinaryKind::kSub}, {mean, net.x});
  const ValueId squares = net.add("squares", Binary{BinaryKind::kMul}, {difference, difference});
  const ValueId variance = net.reduce("variance", ReduceKind::kMean, squares, {2, 3});
  net.add("y", Unary{UnaryKind::kSqrt}, {variance});
  expect_rewrite(net.graph, recognise_channel_statistics, kDeviation, kRounded);
}

TEST(RecogniseChannelStatistics, KeepsTheMeanThatAnotherNodeReads) {
  Picture net;
  const ValueId variance = net.mean("variance", net.squares());
  const ValueId deviation = net.add("deviation", Unary{UnaryKind::kSqrt}, {variance});
  const ValueId mean = net.graph.nodes[2].outputs[0];
  net.add("y", Binary{BinaryKind::kAdd}, {deviation, mean});
  expect_rewrite(net.graph, recognise_channel_statistics, R"(input %x [1,2,3,5]
%mean [1,2,1,1] = ChannelMean (%x)
%deviation [1,2,1,1] = ChannelDeviation (%x)
%y [1,2,1,1] = Add (%deviation, %mean)
output %y
)",
                 kRounded);
}

TEST(RecogniseChannelStatistics, DoesNotTakeAnEpsilonForADeviation) {
  Picture net;
  const ValueId mean = net.add("mean", ChannelStatistics{}, {net.x});
  const ValueId difference = net.add("difference", Binary{BinaryKind::kSub}, {net.x, mean});
  const ValueId squares = net.add("squares", Binary{BinaryKind::kMul}, {difference, difference});
  const ValueId variance = net.add("variance", ChannelStatistics{}, {squares});
  const ValueId padded = net.add("padded", Binary{BinaryKind::kAdd}, {variance, net.number("eps", 1e-5f)});
  net.add("y", Unary{UnaryKind::kSqrt}, {padded});
  expect_untouched(net.graph, recognise_channel_statistics);
}

TEST(RecogniseChannelStatistics, LeavesSumsDividedByAnotherNumber) {
  Picture net;
  const ValueId sum = net.sum("sum", net.x);
  net.add("y", Binary{BinaryKind::kDiv}, {sum, net.number("c", Picture::kPixels - 1)});
  expect_untouched(net.graph, recognise_channel_statistics);
}

TEST(RecogniseChannelStatistics, LeavesANumberDividedByASum) {
  Picture net;
  const ValueId sum = net.sum("sum", net.x);
  net.add("y", Binary{BinaryKind::kDiv}, {net.number("c", 1 / Picture::kPixels), sum});
  expect_untouched(net.graph, recognise_channel_statistics);
}

TEST(RecogniseChannelStatistics, LeavesOtherAxesAndExtremes) {
  Picture net;
  const ValueId channels = net.reduce("channels", ReduceKind::kMean, net.x, {1});
  const ValueId rows = net.reduce("rows", ReduceKind::kMean, net.x, {3});
  const ValueId peak = net.reduce("peak", ReduceKind::kMax, net.x, {2, 3});
  const ValueId sum = net.add("sum", Binary{BinaryKind::kAdd}, {channels, rows});
  net.add("y", Binary{BinaryKind::kAdd}, {sum, peak});
  expect_untouched(net.graph, recognise_channel_statistics);
}

TEST(RecogniseChannelStatistics, LeavesTheDistanceFromAnotherPicturesMean) {
  Picture net;
  const ValueId other = net.add("other", Unary{UnaryKind::kTanh}, {net.x});
  const ValueId mean = net.add("mean", ChannelStatistics{}, {other});
  const ValueId difference = net.add("difference", Binary{BinaryKind::kSub}, {net.x, mean});
  const ValueId squares = net.add("squares", Binary{BinaryKind::kMul}, {difference, difference});
  net.add("y", Unary{UnaryKind::kSqrt}, {net.add("variance", ChannelStatistics{}, {squares})});
  expect_untouched(net.graph, recognise_channel_statistics);
}

TEST(RecogniseChannelStatistics, LeavesASumThatIsTheOutput) {
  Picture net;
  const ValueId sum = net.sum("sum", net.x);
  net.add("y", Binary{BinaryKind::kDiv}, {sum, net.number("c", Picture::kPixels)});
  net.graph.output = sum;
  expect_untouched(net.graph, recognise_channel_statistics);
}

}  // namespace
}  // namespace nawq::graph
