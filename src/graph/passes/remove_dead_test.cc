#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

TEST(RemoveDead, DropsChainsThatDoNotReachTheOutputAndTheirValues) {
  TinyGraph net({1, 2, 3, 4});
  const ValueId w = net.constant("unused_w", {2, 2, 1, 1});
  const ValueId dead = net.add("dead", Conv{}, {net.x, w});
  net.add("deader", Unary{UnaryKind::kTanh}, {dead});
  net.add("y", Unary{UnaryKind::kRelu}, {net.x});
  expect_rewrite(net.graph, remove_dead, R"(input %x [1,2,3,4]
%y [1,2,3,4] = Relu (%x)
output %y
)",
                 kExact);
  ASSERT_TRUE(remove_dead(net.graph));
  EXPECT_EQ(net.graph.values.size(), 2u);
}

TEST(RemoveDead, KeepsANodeOfWhichOneOutputIsRead) {
  TinyGraph net({1, 2, 3, 4});
  const auto halves = net.graph.add_node("split", Split{1, {1, 1}}, {net.x}).value();
  net.add("y", Unary{UnaryKind::kRelu}, {halves[1]});
  expect_untouched(net.graph, remove_dead);
}

TEST(RemoveDead, KeepsTheInputWhenTheOutputDoesNotDependOnIt) {
  TinyGraph net({1, 1, 2, 2});
  net.add("y", Unary{UnaryKind::kRelu}, {net.constant("c", {1, 1, 2, 2})});
  ASSERT_TRUE(remove_dead(net.graph));
  EXPECT_TRUE(verify(net.graph));
  EXPECT_EQ(net.graph.value(net.graph.input).name, "x");
}

}  // namespace
}  // namespace nawq::graph
