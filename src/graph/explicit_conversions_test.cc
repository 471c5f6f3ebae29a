#include "graph/explicit_conversions.h"

#include <gtest/gtest.h>

#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr CodeFormat kByte{8, 0.5f, 128}, kWord{16, 0.25f, 32768};

// x -> a -> {b, c}, b + c -> last
Graph network() {
  TinyGraph net({1, 3, 4, 4});
  const auto conv = [&](const char* name, ValueId from) {
    return net.add(name, convolution({0, 0, 0, 0}),
                   {from, net.constant(std::string(name) + ".w", {3, 3, 1, 1})});
  };
  const ValueId a = conv("a", net.x), b = conv("b", a), c = conv("c", a);
  conv("last", net.add("sum", Binary{BinaryKind::kAdd}, {b, c}));
  return net.graph;
}

Recipe recipe_of(int a, int b, int c, int sum, int last) {
  Recipe recipe;
  recipe.same_io = true;
  recipe.wordlengths = {{"a", a}, {"b", b}, {"c", c}, {"sum", sum}, {"last", last}};
  for (const char* value : {"a", "b", "c", "sum"}) recipe.tensors[value] = {kByte, kWord};
  return recipe;
}

const Node& node(const Graph& graph, const std::string& name) {
  return *std::ranges::find(graph.nodes, name, &Node::name);
}

std::string operand(const Graph& graph, const std::string& name, std::size_t i) {
  return graph.value(node(graph, name).inputs[i]).name;
}

TEST(ExplicitConversions, AValueHasTheFormatOfItsNodeAndOtherReadersAConversion) {
  Graph graph = network();
  Recipe recipe = recipe_of(8, 8, 16, 16, 16);
  ASSERT_TRUE(add_conversions(graph, recipe, 1));
  EXPECT_TRUE(verify(graph));
  EXPECT_EQ(recipe.tensors.at("a"), std::vector{kByte});
  EXPECT_EQ(operand(graph, "b", 0), "a");
  EXPECT_EQ(operand(graph, "c", 0), "a.as16");
  EXPECT_EQ(recipe.tensors.at("a.as16"), std::vector{kWord});
  EXPECT_EQ(operand(graph, "sum", 0), "b.as16");
  EXPECT_EQ(operand(graph, "sum", 1), "c");
  EXPECT_EQ(recipe.tensors.at("c"), std::vector{kWord});
  EXPECT_TRUE(is_conversion(graph, recipe, node(graph, "a.as16")));
  EXPECT_FALSE(is_conversion(graph, recipe, node(graph, "sum")));
  EXPECT_TRUE(graph.rounded.contains("a.as16"));
}

TEST(ExplicitConversions, OneServesAllReaders) {
  Graph graph = network();
  Recipe recipe = recipe_of(8, 16, 16, 16, 16);
  ASSERT_TRUE(add_conversions(graph, recipe, 1));
  EXPECT_EQ(operand(graph, "b", 0), "a.as16");
  EXPECT_EQ(operand(graph, "c", 0), "a.as16");
  EXPECT_EQ(std::ranges::count(graph.nodes, "a.as16", &Node::name), 1);
}

TEST(ExplicitConversions, ThePictureIsReadAndWrittenInTheLayersWordlength) {
  Graph graph = network();
  Recipe recipe = recipe_of(16, 16, 16, 16, 16);
  ASSERT_TRUE(add_conversions(graph, recipe, 255));
  EXPECT_EQ(operand(graph, "a", 0), "x.as16");
  const CodeFormat white{16, static_cast<float>(255.0 / 65535), 0};
  EXPECT_EQ(recipe.tensors.at("x.as16"), std::vector{white});
  EXPECT_EQ(recipe.tensors.at("last"), std::vector{white});
  EXPECT_EQ(code_bounds(white).first, 0);
  EXPECT_NEAR(code_bounds(white).second, 255, 1e-4);
}

TEST(ExplicitConversions, OneWordlengthNeedsNone) {
  Graph graph = network();
  Recipe recipe = recipe_of(8, 8, 8, 8, 8);
  ASSERT_TRUE(add_conversions(graph, recipe, 1));
  EXPECT_EQ(graph.nodes.size(), network().nodes.size());
  EXPECT_FALSE(recipe.tensors.contains("last"));
}

TEST(ExplicitConversions, WithoutSameIoNothingIsDone) {
  Graph graph = network();
  Recipe recipe = recipe_of(8, 8, 16, 16, 16);
  recipe.same_io = false;
  const Recipe before = recipe;
  ASSERT_TRUE(add_conversions(graph, recipe, 1));
  EXPECT_EQ(dump(graph), dump(network()));
  EXPECT_EQ(recipe, before);
}

TEST(ExplicitConversions, AFormatThatIsMissingIsNamed) {
  Graph graph = network();
  Recipe recipe = recipe_of(8, 8, 16, 16, 16);
  recipe.tensors["a"] = {kByte};
  const Status status = add_conversions(graph, recipe, 1);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "tensor 'a' has no format of 16 bits");
}

}  // namespace
}  // namespace nawq::graph
