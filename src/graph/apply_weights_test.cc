#include "graph/apply_weights.h"

#include <gtest/gtest.h>

namespace nawq::graph {
namespace {

Graph network() {
  Graph graph;
  graph.input = graph.add_input("x", {1, 3, 4, 4});
  const ValueId weights = graph.add_constant("w", float_tensor({2, 3, 1, 1}, {1, 2, 3, 4, 5, 6}));
  graph.output = *graph.add_single("conv", Conv{}, {graph.input, weights});
  return graph;
}

TEST(ApplyWeights, GivesWhatTheCodesStandForByChannel) {
  Graph graph = network();
  const Graph before = graph;
  ASSERT_TRUE(apply_weights(graph, "conv", {{1, -2, 3, 4, 5, -6}, {0.5f, 2.0f}}));
  EXPECT_EQ(graph.constant(graph.nodes[0].inputs[1])->floats,
            (std::vector<float>{0.5f, -1, 1.5f, 8, 10, -12}));
  EXPECT_EQ(before.constant(before.nodes[0].inputs[1])->floats, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(verify(graph));
}

TEST(ApplyWeights, RefusesWhatDoesNotFit) {
  Graph graph = network();
  EXPECT_FALSE(apply_weights(graph, "conv", {{1, 2, 3}, {1, 1}}));
  EXPECT_FALSE(apply_weights(graph, "conv", {{1, 2, 3, 4, 5, 6}, {1}}));
  EXPECT_FALSE(apply_weights(graph, "other", {{1, 2, 3, 4, 5, 6}, {1, 1}}));
  EXPECT_EQ(graph.nodes[0].inputs[1], network().nodes[0].inputs[1]);
}

}  // namespace
}  // namespace nawq::graph
