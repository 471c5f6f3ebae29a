#include "quantize/make_recipe.h"

#include <gtest/gtest.h>

#include <limits>

namespace nawq::quantize {
namespace {

using graph::Graph;
using graph::ValueId;

graph::Tensor weights(std::int64_t outputs, std::int64_t inputs) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < outputs * inputs; ++i) values.push_back(static_cast<float>(i % 7) - 3);
  return graph::float_tensor({outputs, inputs, 1, 1}, std::move(values));
}

ValueId add_conv(Graph& graph, const std::string& name, ValueId from, std::int64_t outputs) {
  const ValueId w = graph.add_constant(name + ".w", weights(outputs, graph.shape(from)[1]));
  return graph.add_single(name, graph::Conv{}, {from, w}).value();
}

// x -> a -> {b, c} -> concat
struct Forked {
  Graph graph;
  Forked() {
    const ValueId x = graph.add_input("x", {1, 3, 4, 4});
    const ValueId a = add_conv(graph, "a", x, 4);
    const ValueId b = add_conv(graph, "b", a, 2), c = add_conv(graph, "c", a, 2);
    graph.output = graph.add_single("both", graph::Concat{}, {b, c}).value();
  }
};

const Ranges kRanges{{"a", {-1, 3}}};

TEST(MakeRecipe, AUniformOneHasOneFormatForEveryTensor) {
  const Forked forked;
  for (const int bits : {8, 16}) {
    const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {.bits = bits});
    ASSERT_TRUE(recipe) << recipe.error().message;
    ASSERT_EQ(recipe->tensors.size(), 1u);
    ASSERT_EQ(recipe->tensors.at("a").size(), 1u);
    EXPECT_EQ(recipe->tensors.at("a").front().bits, bits);
    EXPECT_EQ(recipe->wordlengths.at("b"), bits);
  }
}

TEST(MakeRecipe, ThePictureIsReadInEightBits) {
  const Forked forked;
  EXPECT_EQ(make_recipe(forked.graph, kRanges, kRanges, {.bits = 16})->wordlengths.at("a"), 8);
}

TEST(MakeRecipe, AConcatenationHasNoWordlength) {
  const Forked forked;
  EXPECT_FALSE(make_recipe(forked.graph, kRanges, kRanges, {})->wordlengths.contains("both"));
}

TEST(MakeRecipe, ATensorHasAFormatForEachWordlengthOfItsReaders) {
  const Forked forked;
  const Ranges wide{{"a", {-2, 6}}};
  const auto recipe = make_recipe(forked.graph, kRanges, wide, {.bits = 8, .others = {"c"}});
  ASSERT_TRUE(recipe) << recipe.error().message;
  const auto& formats = recipe->tensors.at("a");
  ASSERT_EQ(formats.size(), 2u);
  EXPECT_EQ(formats[0].bits, 8);
  EXPECT_FLOAT_EQ(formats[0].scale, 4.0f / 255);
  EXPECT_EQ(formats[1].bits, 16);
  EXPECT_FLOAT_EQ(formats[1].scale, 8.0f / 65535);
  EXPECT_EQ(recipe->wordlengths.at("b"), 8);
  EXPECT_EQ(recipe->wordlengths.at("c"), 16);
}

TEST(MakeRecipe, RunTimeRangesAreOfLayersThatReadSomethingRounded) {
  const Forked forked;
  using Names = std::set<std::string>;
  EXPECT_EQ(make_recipe(forked.graph, kRanges, kRanges, {})->dre, Names{});
  EXPECT_EQ(make_recipe(forked.graph, kRanges, kRanges, {.dre = {.all = true}})->dre, (Names{"b", "c"}));
  EXPECT_EQ(make_recipe(forked.graph, kRanges, kRanges, {.dre = {.names = {"a", "c"}}})->dre, Names{"c"})
      << "a reads the picture";
}

TEST(MakeRecipe, RunTimeRangesLeaveStaticFormatsInPlace) {
  const Forked forked;
  const auto fixed = make_recipe(forked.graph, kRanges, kRanges, {});
  auto found = make_recipe(forked.graph, kRanges, kRanges, {.dre = {.all = true}});
  ASSERT_NE(*found, *fixed);
  found->dre.clear();
  EXPECT_EQ(*found, *fixed);
}

// x -> a -> split -> {b reads one piece, the other goes out}
TEST(MakeRecipe, RunTimeRangesAreOfLayersThatReadAPieceToo) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 4);
  const std::vector<ValueId> pieces = graph.add_node("split", graph::Split{1, {1, 3}}, {a}).value();
  const ValueId b = add_conv(graph, "b", pieces[0], 3);
  graph.output = graph.add_single("sum", graph::Binary{graph::BinaryKind::kAdd}, {b, pieces[1]}).value();
  const auto recipe = make_recipe(graph, kRanges, kRanges, {.dre = {.all = true}});
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->dre, (std::set<std::string>{"split", "b", "sum"}));
}

TEST(MakeRecipe, ReadersOfPiecesHaveWordlengthsAndTheWholeIsWrittenInThem) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 4);
  const std::vector<ValueId> pieces = graph.add_node("split", graph::Split{1, {2, 2}}, {a}).value();
  const ValueId b = add_conv(graph, "b", pieces[0], 3), c = add_conv(graph, "c", pieces[1], 3);
  graph.output = graph.add_single("sum", graph::Binary{graph::BinaryKind::kAdd}, {b, c}).value();
  const auto recipe = make_recipe(graph, kRanges, kRanges, {.bits = 16, .others = {"b"}});
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->wordlengths, (std::map<std::string, int>{{"a", 8}, {"b", 8}, {"c", 16}}));
  EXPECT_EQ(recipe->tensors.at("a").size(), 2u);
}

TEST(MakeRecipe, EveryConvolutionHasCodes) {
  const Forked forked;
  const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {});
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(recipe->weights.contains(name)) << name;
}

TEST(MakeRecipe, AnUnknownRangeIsAnErrorNamingTheReader) {
  const Forked forked;
  const auto recipe = make_recipe(forked.graph, {}, {}, {});
  ASSERT_FALSE(recipe);
  EXPECT_EQ(recipe.error().kind, ErrorKind::kModel);
  EXPECT_NE(recipe.error().message.find("'b'"), std::string::npos) << recipe.error().message;
}

TEST(MakeRecipe, TakesWeightsThatAreRoundedAlready) {
  const Forked forked;
  RoundedLayer given;
  given.weights = {{1, 2, 3, 4, 5, 6, 7, 8}, {0.5f, 0.25f}};
  given.biases = {10, -10};
  const RoundedLayers rounded{{"b", given}};
  const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {.rounded = &rounded});
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_EQ(recipe->weights.at("b"), given.weights);
  EXPECT_EQ(recipe->biases, (std::map<std::string, std::vector<float>>{{"b", given.biases}}));
  const auto plain = make_recipe(forked.graph, kRanges, kRanges, {});
  EXPECT_EQ(recipe->weights.at("c"), plain->weights.at("c"));
  EXPECT_TRUE(plain->biases.empty());
}

TEST(MakeRecipe, RaisesGivenScalesThatAreTooSmallForGivenBiases) {
  const Forked forked;
  RoundedLayer given;
  given.weights = {{1, 2, 3, 4, 5, 6, 7, 8}, {0.5f, 0.5f}};
  given.biases = {1e9f, 1};
  const RoundedLayers rounded{{"b", given}};
  const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {.rounded = &rounded});
  ASSERT_TRUE(recipe) << recipe.error().message;
  const graph::WeightCodes& codes = recipe->weights.at("b");
  const float input_scale = recipe->tensors.at("a")[0].scale;
  EXPECT_LE(std::abs(graph::bias_code(1e9f, input_scale, codes.scales[0])), 1 << 30);
  EXPECT_GT(codes.scales[0], 0.5f);
  EXPECT_EQ(codes.scales[1], 0.5f);
  EXPECT_EQ(codes.codes[4], 5);
}

TEST(MakeRecipe, RefusesGivenWeightsOfAnotherLayer) {
  const Forked forked;
  RoundedLayer given;
  given.weights = {{1, 2, 3, 4}, {0.5f, 0.25f}};
  const RoundedLayers rounded{{"b", given}};
  const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {.rounded = &rounded});
  ASSERT_FALSE(recipe);
  EXPECT_NE(recipe.error().message.find("'b'"), std::string::npos) << recipe.error().message;
}

TEST(MakeRecipe, WeightsMayHaveOneScaleATensor) {
  const Forked forked;
  const auto recipe =
      make_recipe(forked.graph, kRanges, kRanges, {.weight_scales = WeightScales::kPerTensor});
  for (const auto& [name, codes] : recipe->weights)
    EXPECT_EQ(codes.scales, std::vector<float>(codes.scales.size(), codes.scales[0])) << name;
}

TEST(MakeRecipe, WeightsThatAreNotFiniteAreAnErrorNamingTheirNode) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 1, 4, 4});
  const ValueId w =
      graph.add_constant("w", graph::float_tensor({1, 1, 1, 1}, {std::numeric_limits<float>::quiet_NaN()}));
  graph.output = graph.add_single("bad", graph::Conv{}, {x, w}).value();
  const auto recipe = make_recipe(graph, {}, {}, {});
  ASSERT_FALSE(recipe);
  EXPECT_EQ(recipe.error().kind, ErrorKind::kModel);
  EXPECT_NE(recipe.error().message.find("'bad'"), std::string::npos) << recipe.error().message;
}

}  // namespace
}  // namespace nawq::quantize
