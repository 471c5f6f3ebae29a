#include "graph/apply_biases.h"

#include <gtest/gtest.h>

#include <limits>

namespace nawq::graph {
namespace {

// x -> one (bias) -> two (no bias) -> relu; one's bias is read by nobody else, its weights by both.
struct Chain {
  Graph graph;
  ValueId bias;
  Chain() {
    const ValueId x = graph.add_input("x", {1, 2, 4, 4});
    const ValueId w = graph.add_constant("w", float_tensor({2, 2, 1, 1}, {1, 2, 3, 4}));
    bias = graph.add_constant("b", float_tensor({2}, {5, 6}));
    const ValueId one = graph.add_single("one", Conv{}, {x, w, bias}).value();
    const ValueId two = graph.add_single("two", Conv{}, {one, w}).value();
    graph.output = graph.add_single("relu", Unary{UnaryKind::kRelu}, {two}).value();
  }
  const std::vector<float>& bias_of(std::size_t node) const {
    return graph.constant(graph.nodes[node].inputs[2])->floats;
  }
  void expect_refused(const Recipe& recipe, const std::string& part) {
    const Status status = apply_biases(graph, recipe);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::kModel);
    EXPECT_NE(status.error().message.find(part), std::string::npos) << status.error().message;
  }
};

Recipe with_biases(std::map<std::string, std::vector<float>> biases) {
  Recipe recipe;
  recipe.biases = std::move(biases);
  return recipe;
}

TEST(ApplyBiases, ReplacesThoseOfTheGraph) {
  Chain chain;
  ASSERT_TRUE(apply_biases(chain.graph, with_biases({{"one", {-1, -2}}})));
  EXPECT_EQ(chain.bias_of(0), (std::vector<float>{-1, -2}));
  EXPECT_EQ(chain.graph.nodes[1].inputs.size(), 2u);
  EXPECT_TRUE(verify(chain.graph));
}

TEST(ApplyBiases, AddsTheInputWhereThereIsNone) {
  Chain chain;
  ASSERT_TRUE(apply_biases(chain.graph, with_biases({{"two", {7, 8}}})));
  ASSERT_EQ(chain.graph.nodes[1].inputs.size(), 3u);
  EXPECT_EQ(chain.bias_of(1), (std::vector<float>{7, 8}));
  EXPECT_EQ(chain.bias_of(0), (std::vector<float>{5, 6}));
  EXPECT_TRUE(verify(chain.graph));
}

TEST(ApplyBiases, LeavesConstantsThatOthersMayShare) {
  Chain chain;
  ASSERT_TRUE(apply_biases(chain.graph, with_biases({{"one", {-1, -2}}})));
  EXPECT_EQ(chain.graph.constant(chain.bias)->floats, (std::vector<float>{5, 6}));
}

TEST(ApplyBiases, TransposedConvolutionsHaveAsManyAsOutputsOfAllGroups) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 2, 4, 4});
  const ValueId w = graph.add_constant("w", float_tensor({2, 3, 1, 1}, {1, 2, 3, 4, 5, 6}));
  ConvTranspose op;
  op.groups = 2;
  graph.output = graph.add_single("up", op, {x, w}).value();
  EXPECT_FALSE(apply_biases(graph, with_biases({{"up", {1, 2, 3}}})));
  EXPECT_TRUE(apply_biases(graph, with_biases({{"up", {1, 2, 3, 4, 5, 6}}})));
}

TEST(ApplyBiases, RefusesWhatDoesNotFitNamingIt) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  Chain().expect_refused(with_biases({{"one", {1, 2, 3}}}), "'one'");
  Chain().expect_refused(with_biases({{"three", {1, 2}}}), "'three'");
  Chain().expect_refused(with_biases({{"relu", {1, 2}}}), "'relu'");
  Chain().expect_refused(with_biases({{"two", {1, kNan}}}), "channel 1");
}

}  // namespace
}  // namespace nawq::graph
