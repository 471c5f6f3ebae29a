#include "quantize/decisions.h"

#include <gtest/gtest.h>

#include <functional>

namespace nawq::quantize {
namespace {

using graph::Graph;
using graph::ValueId;

ValueId add_conv(Graph& graph, const std::string& name, ValueId from, std::int64_t outputs) {
  const std::int64_t inputs = graph.shape(from)[1];
  std::vector<float> values;
  for (std::int64_t i = 0; i < outputs * inputs; ++i) values.push_back(static_cast<float>(i % 7) - 3);
  const ValueId w = graph.add_constant(name + ".w", graph::float_tensor({outputs, inputs, 1, 1}, values));
  return graph.add_single(name, graph::Conv{}, {from, w}).value();
}

// x -> a -> {b, c} -> both
Graph forked() {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 4);
  const ValueId b = add_conv(graph, "b", a, 2), c = add_conv(graph, "c", a, 2);
  graph.output = graph.add_single("both", graph::Concat{}, {b, c}).value();
  return graph;
}

Decisions example() {
  Decisions decisions;
  decisions.layers = {{"a", "Conv", 8, false}, {"b", "Conv", 8, true}, {"c", "Conv", 16, false}};
  decisions.ranges8 = {{"a", {-1, 3}}, {"b", {0, 1}}};
  decisions.ranges16 = {{"a", {-2, 6}}, {"b", {0, 2}}};
  return decisions;
}

TEST(Decisions, WordlengthsAndRangesMakeTheFormats) {
  const auto recipe = make_recipe(forked(), example(), 1);
  ASSERT_TRUE(recipe) << recipe.error().message;
  const std::vector<graph::CodeFormat> both{graph::code_format(-1, 3, 8), graph::code_format(-2, 6, 16)};
  EXPECT_EQ(recipe->tensors.at("a"), both);
  EXPECT_EQ(recipe->tensors.at("b"), std::vector{graph::code_format(0, 1, 8)});
  EXPECT_EQ(recipe->dre, std::set<std::string>{"b"});
}

TEST(Decisions, AnotherWordlengthNeedsNothingElse) {
  Decisions decisions = example();
  decisions.layers[1].bits = 16;
  const auto recipe = make_recipe(forked(), decisions, 1);
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->tensors.at("a"), std::vector{graph::code_format(-2, 6, 16)});
}

TEST(Decisions, WeightsAndBiasesTakeThePlaceOfRoundedOnes) {
  const Graph graph = forked();
  Decisions decisions = example();
  const graph::WeightCodes rounded = make_recipe(graph, decisions, 1)->weights.at("c");
  decisions.weights["b"] = {{1, 2, 3, 4, 5, 6, 7, 8}, {0.5f, 0.25f}};
  decisions.biases["b"] = {1, 2};
  const auto recipe = make_recipe(graph, decisions, 1);
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->weights.at("b"), decisions.weights.at("b"));
  EXPECT_EQ(recipe->weights.at("c"), rounded);
  EXPECT_EQ(recipe->biases, decisions.biases);
}

TEST(Decisions, AreFoundInARecipeAndLeadBackToIt) {
  const Graph graph = forked();
  const Decisions wanted = example();
  auto recipe = make_recipe(graph, wanted, 1).value();
  const auto found = find_decisions(graph, recipe, wanted.ranges8, wanted.ranges16, 8, 1);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->layers, wanted.layers);
  EXPECT_EQ(make_recipe(graph, *found, 1).value(), recipe);
  recipe.tensors["a"][0].scale *= 2;
  const auto refused = find_decisions(graph, recipe, wanted.ranges8, wanted.ranges16, 8, 1);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("'a'"), std::string::npos);
}

struct Mistake {
  std::function<void(Decisions&)> make;
  const char* message;
};

TEST(Decisions, ForAnotherNetworkAreRefusedByName) {
  const graph::WeightCodes sound{{1, 2, 3, 4, 5, 6, 7, 8}, {1, 1}};
  for (const Mistake& mistake : std::vector<Mistake>{
           {[](Decisions& d) { d.layers[1].name = "d"; }, "node 'd'"},
           {[](Decisions& d) { d.layers[1].op = "Add"; }, "node 'b' (Conv): is no Add"},
           {[](Decisions& d) { d.layers[1].name = "a"; }, "node 'a' (Conv): is given twice"},
           {[](Decisions& d) { d.layers.pop_back(); }, "node 'c' (Conv): its wordlength is not given"},
           {[](Decisions& d) { d.layers[0].bits = 16; }, "node 'a' (Conv): has 8 bits, not 16"},
           {[](Decisions& d) { d.layers[0].dre = true; }, "node 'a' (Conv): reads nothing whose range"},
           {[](Decisions& d) {
              d.layers.push_back({"both", "Concat", 8, false});
            },
            "has no wordlength, not 8"},
           {[](Decisions& d) {
              d.ranges8["z"] = d.ranges16["z"] = {0, 1};
            },
            "tensor 'z'"},
           {[](Decisions& d) { d.ranges16.erase("b"); }, "tensor 'b': has no range for 16 bits"},
           {[](Decisions& d) { d.ranges8.erase("b"); }, "tensor 'b': has no range for 8 bits"},
           {[&](Decisions& d) { d.weights["z"] = sound; }, "node 'z'"},
           {[&](Decisions& d) { d.weights["both"] = sound; }, "node 'both' (Concat): has no weights"},
           {[&](Decisions& d) { (d.weights["b"] = sound).codes.pop_back(); },
            "has 7 codes of weights, not 8"},
           {[&](Decisions& d) { (d.weights["b"] = sound).scales.pop_back(); }, "has 1 scales"},
           {[&](Decisions& d) { (d.weights["b"] = sound).scales[0] = 0; }, "a scale of its weights is 0"},
           {[](Decisions& d) {
              d.biases["b"] = {1, 2};
            },
            "node 'b': has a bias but no weights"},
       }) {
    Decisions decisions = example();
    mistake.make(decisions);
    const auto recipe = make_recipe(forked(), decisions, 1);
    ASSERT_FALSE(recipe) << mistake.message;
    EXPECT_NE(recipe.error().message.find(mistake.message), std::string::npos) << recipe.error().message;
  }
}

}  // namespace
}  // namespace nawq::quantize
