#include "reference/run.h"

#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::Binary;
using graph::BinaryKind;
using graph::Conv;
using graph::Graph;
using graph::Tensor;
using graph::Unary;
using graph::UnaryKind;
using graph::ValueId;

ValueId add(Graph& graph, std::string name, graph::Op op, std::vector<ValueId> inputs) {
  auto id = graph.add_single(std::move(name), std::move(op), std::move(inputs));
  EXPECT_TRUE(id);
  return id.value_or(graph::kNoValue);
}

// x -> negated -> absolute; x + absolute.
Graph sum_with_itself(graph::Shape shape) {
  Graph graph;
  const ValueId x = graph.add_input("x", std::move(shape));
  const ValueId negated = add(graph, "negated", Unary{UnaryKind::kNeg}, {x});
  const ValueId absolute = add(graph, "absolute", Unary{UnaryKind::kAbs}, {negated});
  graph.output = add(graph, "sum", Binary{BinaryKind::kAdd}, {x, absolute});
  return graph;
}

ThreadTeam team_of_two() { return std::move(*ThreadTeam::create(2)); }

TEST(Run, FeedsEachNodeWhatTheNodesBeforeItMade) {
  const Graph graph = sum_with_itself({1, 1, 1, 3});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, graph::float_tensor({1, 1, 1, 3}, {1, -2, 3}), team);
  ASSERT_TRUE(y);
  expect_equal(*y, {1, 1, 1, 3}, {2, 0, 6});
}

TEST(Run, TheSameValueMayBeReadTwiceByOneNode) {
  Graph graph;
  const ValueId x = graph.add_input("x", {2});
  const ValueId half = add(graph, "half", Binary{BinaryKind::kMul},
                           {x, graph.add_constant("c", graph::float_tensor({}, {0.5f}))});
  graph.output = add(graph, "square", Binary{BinaryKind::kMul}, {half, half});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, graph::float_tensor({2}, {2, 6}), team);
  ASSERT_TRUE(y);
  expect_equal(*y, {2}, {1, 9});
}

TEST(Run, AnIntermediateOutputMayBeTheGraphsAndUnreadOutputsAreDropped) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 2, 1, 1});
  const auto parts = graph.add_node("parts", graph::Split{1, {1, 1}}, {x});
  ASSERT_TRUE(parts);
  graph.output = (*parts)[1];
  add(graph, "unused", Unary{UnaryKind::kNeg}, {graph.output});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, graph::float_tensor({1, 2, 1, 1}, {4, 5}), team);
  ASSERT_TRUE(y);
  expect_equal(*y, {1, 1, 1, 1}, {5});
}

TEST(Run, AGraphWithoutNodesReturnsItsInput) {
  Graph graph;
  graph.output = graph.add_input("x", {2});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, graph::float_tensor({2}, {4, 5}), team);
  ASSERT_TRUE(y);
  expect_equal(*y, {2}, {4, 5});
}

TEST(Run, ProgressIsTheShareOfMultiplications) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 1, 2, 2});
  const ValueId small =
      add(graph, "small", Conv{}, {x, graph.add_constant("w1", random_tensor({1, 1, 1, 1}, 1))});
  const ValueId flipped = add(graph, "flipped", Unary{UnaryKind::kNeg}, {small});
  graph.output =
      add(graph, "large", Conv{}, {flipped, graph.add_constant("w3", random_tensor({3, 1, 1, 1}, 1))});
  ThreadTeam team = team_of_two();
  std::vector<double> seen;
  ASSERT_TRUE(run(graph, random_tensor({1, 1, 2, 2}, 1), team, [&](double done) {
    seen.push_back(done);
    return true;
  }));
  EXPECT_EQ(seen, (std::vector<double>{0.25, 0.25, 1}));
}

TEST(Run, StopsWhenProgressSaysSo) {
  const Graph graph = sum_with_itself({1, 1, 4, 4});
  ThreadTeam team = team_of_two();
  int calls = 0;
  const auto y = run(graph, random_tensor({1, 1, 4, 4}, 1), team, [&](double) { return ++calls < 2; });
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(calls, 2);
}

TEST(Run, RefusesAnInputOfAnotherShape) {
  const Graph graph = sum_with_itself({1, 1, 4, 4});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, random_tensor({1, 1, 4, 5}, 1), team);
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(y.error().message, "the network reads [1,1,4,4], not [1,1,4,5]");
}

TEST(Run, NamesTheNodeThatReadsIntegers) {
  Graph graph;
  graph.add_input("x", {2});
  graph.output =
      add(graph, "whole", Unary{UnaryKind::kNeg}, {graph.add_constant("count", graph::int_vector({1, 2}))});
  ThreadTeam team = team_of_two();
  const auto y = run(graph, random_tensor({2}, 1), team);
  ASSERT_FALSE(y);
  EXPECT_EQ(y.error().message, "node 'whole' (Neg): input 'count' is not float");
}

TEST(PeakActivationBytes, CountsWhatIsAliveAtOneTime) {
  // The input (16 floats) is read to the end; at most two others are alive beside it, the sum and `absolute`.
  EXPECT_EQ(peak_activation_bytes(sum_with_itself({1, 1, 4, 4})), 3 * 16 * 4);
}

TEST(PeakActivationBytes, IncludesTheCopyThatIsReturned) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 1, 1, 1});
  graph.output = add(graph, "large", graph::Expand{{1, 1, 10, 10}}, {x});
  EXPECT_EQ(peak_activation_bytes(graph), (1 + 100 + 100) * 4);
}

}  // namespace
}  // namespace nawq::reference
