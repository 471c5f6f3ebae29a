#include "graph/settle_recipe.h"

#include <gtest/gtest.h>

namespace nawq::graph {
namespace {

// x -> conv (two channels in, two out) -> sum with x.
Graph small_network(std::vector<float> weights) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 2, 4, 4});
  const ValueId w = graph.add_constant("w", float_tensor({2, 2, 1, 1}, std::move(weights)));
  const ValueId conv = graph.add_single("conv", Conv{}, {x, w}).value();
  graph.output = graph.add_single("sum", Binary{}, {conv, x}).value();
  return graph;
}

Recipe small_recipe() {
  Recipe recipe;
  recipe.tensors = {{"conv", {{16, 0.5f, 3}}}, {"gone", {{8, 1, 0}}}};
  recipe.wordlengths = {{"conv", 16}, {"sum", 16}, {"gone", 8}};
  recipe.weights = {{"conv", {{10, -20, 30, 127}, {0.5f, 2.0f}}}, {"gone", {{1}, {1}}}};
  recipe.dre = {"conv", "sum", "gone"};
  return recipe;
}

TEST(SettleRecipe, KeepsWhatIsThereAndDropsTheRest) {
  Recipe recipe = small_recipe();
  ASSERT_TRUE(settle_recipe(small_network({5, -10, 60, 254}), recipe));
  EXPECT_EQ(recipe.tensors, (std::map<std::string, std::vector<CodeFormat>>{{"conv", {{16, 0.5f, 3}}}}));
  EXPECT_EQ(recipe.wordlengths, (std::map<std::string, int>{{"conv", 8}, {"sum", 16}}));
  EXPECT_EQ(recipe.dre, std::set<std::string>{"sum"}) << "conv reads the picture";
  ASSERT_EQ(recipe.weights.size(), 1u);
  EXPECT_EQ(recipe.weights["conv"], small_recipe().weights["conv"]);
}

TEST(SettleRecipe, ScalesTakeInWhatOutputChannelsWereMultipliedBy) {
  Recipe recipe = small_recipe();
  ASSERT_TRUE(settle_recipe(small_network({5 * 3, -10 * 3, 60 * -0.5f, 254 * -0.5f}), recipe));
  EXPECT_EQ(recipe.weights["conv"], (WeightCodes{{10, -20, -30, -127}, {1.5f, 1.0f}}));
}

TEST(SettleRecipe, RefusesWhatDiffersByInputChannel) {
  Recipe recipe = small_recipe();
  const Status status = settle_recipe(small_network({5 * 3, -10, 60 * 3, 254}), recipe);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "node 'conv' (Conv): what is multiplied into its 8-bit weights differs by input channel");
}

TEST(SettleRecipe, FactorsOfChannelsGetCodesThatAreThem) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId w = graph.add_constant("w", float_tensor({3, 1, 1, 1}, {254, -127, 0}));
  Conv op;
  op.groups = 3;
  graph.output = graph.add_single("y", op, {x, w}).value();
  graph.rounded = {"y"};
  Recipe recipe;
  ASSERT_TRUE(settle_recipe(graph, recipe));
  EXPECT_EQ(recipe.weights["y"], (WeightCodes{{127, -127, 0}, {2, 1, 1}}));
}

TEST(SettleRecipe, ANodeOfPartsHasTheirWordlength) {
  Recipe recipe = small_recipe();
  recipe.wordlengths = {{"sum/left", 8}, {"sum/right", 8}};
  ASSERT_TRUE(settle_recipe(small_network({5, -10, 60, 254}), recipe));
  EXPECT_EQ(recipe.wordlengths, (std::map<std::string, int>{{"sum", 8}}));
}

TEST(SettleRecipe, ANodeThatSaysNothingReadsTheOnlyFormat) {
  Recipe recipe = small_recipe();
  recipe.wordlengths.clear();
  ASSERT_TRUE(settle_recipe(small_network({5, -10, 60, 254}), recipe));
  EXPECT_EQ(recipe.wordlengths, (std::map<std::string, int>{{"sum", 16}}));
}

}  // namespace
}  // namespace nawq::graph
