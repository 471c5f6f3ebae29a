#include "quantize/layers.h"

#include <gtest/gtest.h>

namespace nawq::quantize {
namespace {

using graph::Graph;
using graph::ValueId;

ValueId add_conv(Graph& graph, const std::string& name, ValueId from, std::int64_t outputs) {
  const std::int64_t inputs = graph.shape(from)[1];
  std::vector<float> values(static_cast<std::size_t>(outputs * inputs), 0.5f);
  const ValueId w = graph.add_constant(name + ".w", graph::float_tensor({outputs, inputs, 1, 1}, values));
  return graph.add_single(name, graph::Conv{}, {from, w}).value();
}

ValueId add_sum(Graph& graph, const std::string& name, ValueId a, ValueId b) {
  return graph.add_single(name, graph::Binary{graph::BinaryKind::kAdd}, {a, b}).value();
}

// x -> first -> a -> {b, c} -> both (concat) -> sum(both, first) -> last
struct Forked {
  Graph graph;
  Forked() {
    const ValueId x = graph.add_input("x", {1, 3, 4, 4});
    const ValueId first = add_conv(graph, "first", x, 4), a = add_conv(graph, "a", first, 4);
    const ValueId b = add_conv(graph, "b", a, 2), c = add_conv(graph, "c", a, 2);
    const ValueId both = graph.add_single("both", graph::Concat{}, {b, c}).value();
    graph.output = add_conv(graph, "last", add_sum(graph, "sum", both, first), 3);
  }
};

const Ranges kRanges{{"first", {-1, 3}}, {"a", {-1, 3}}, {"both", {-1, 3}}, {"sum", {-1, 3}}};

enum LayerIndex : std::size_t { kFirst, kA, kB, kC, kSum, kLast };

std::vector<Layer> forked_layers() { return find_layers(Forked().graph, kRanges); }

Assignment settled(const std::vector<Layer>& layers, Followers followers, std::vector<int> bits) {
  Assignment assignment;
  for (const int b : bits) assignment.push_back({.bits = b});
  settle_followers(layers, followers, assignment);
  return assignment;
}

TEST(FindLayers, AreTheNodesThatARecipeGivesAWordlength) {
  const Forked forked;
  const auto recipe = make_recipe(forked.graph, kRanges, kRanges, {});
  ASSERT_TRUE(recipe) << recipe.error().message;
  std::map<std::string, int> names;
  for (const Layer& layer : forked_layers()) names[layer.name] = 8;
  EXPECT_EQ(names, recipe->wordlengths);
  EXPECT_EQ(names.size(), 6u);
}

TEST(FindLayers, AreSearchedWhereTheyMultiplyAndDoNotReadThePicture) {
  std::vector<bool> searched, picture;
  for (const Layer& layer : forked_layers()) {
    searched.push_back(layer.searched);
    picture.push_back(layer.reads_picture);
  }
  EXPECT_EQ(searched, (std::vector<bool>{false, true, true, true, false, true}));
  EXPECT_EQ(picture, (std::vector<bool>{true, false, false, false, false, false}));
  EXPECT_EQ(searched_layers(forked_layers()), (std::vector<std::size_t>{kA, kB, kC, kLast}));
}

TEST(FindLayers, CountMultiplicationsAndResults) {
  const auto layers = forked_layers();
  EXPECT_EQ(layers[kA].macs, 4 * 4 * 16);
  EXPECT_EQ(layers[kA].outputs, 4 * 16);
  EXPECT_EQ(layers[kSum].macs, 0);
}

TEST(FindLayers, ReadersAreFoundBehindAConcatenation) {
  const auto layers = forked_layers();
  using Indices = std::vector<std::size_t>;
  EXPECT_EQ(layers[kFirst].readers, (Indices{kA, kSum}));
  EXPECT_EQ(layers[kA].readers, (Indices{kB, kC}));
  EXPECT_EQ(layers[kB].readers, Indices{kSum});
  EXPECT_EQ(layers[kSum].readers, Indices{kLast});
  EXPECT_EQ(layers[kLast].readers, Indices{});
}

// An activation behind a convolution that is rounded only after it works on the accumulator.
TEST(FindLayers, ReadersAreFoundBehindNodesWithoutAWordlength) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 4);
  const ValueId relu = graph.add_single("relu", graph::Unary{}, {a}).value();
  graph.output = add_conv(graph, "b", relu, 3);
  const auto layers = find_layers(graph, {{"relu", {0, 1}}});
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].readers, std::vector<std::size_t>{1});
}

TEST(FindLayers, AConvolutionOfAPieceIsSearched) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 4);
  const std::vector<ValueId> pieces = graph.add_node("split", graph::Split{1, {2, 2}}, {a}).value();
  graph.output = add_conv(graph, "b", pieces[1], 3);
  const auto layers = find_layers(graph, {{"a", {0, 1}}});
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].readers, std::vector<std::size_t>{1});
  EXPECT_TRUE(layers[1].searched);
}

TEST(SettleFollowers, TakeTheWordlengthOfWhatTheyFeed) {
  const auto layers = forked_layers();
  EXPECT_EQ(settled(layers, Followers::kReaders, {16, 16, 16, 16, 16, 8})[kSum].bits, 8);
  EXPECT_EQ(settled(layers, Followers::kReaders, {16, 8, 8, 8, 8, 16})[kSum].bits, 16);
  EXPECT_EQ(settled(layers, Followers::kSixteen, {8, 8, 8, 8, 8, 8})[kSum].bits, 16);
}

TEST(SettleFollowers, TakeTheLargerWhereTheyFeedTwo) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 3), sum = add_sum(graph, "sum", a, x);
  graph.output = add_sum(graph, "out", add_conv(graph, "b", sum, 3), add_conv(graph, "c", sum, 3));
  const auto layers = find_layers(graph, {{"a", {0, 1}}, {"sum", {0, 1}}});
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(settled(layers, Followers::kReaders, {8, 8, 8, 16})[1].bits, 16);
  EXPECT_EQ(settled(layers, Followers::kReaders, {8, 16, 8, 8})[1].bits, 8);
}

TEST(SettleFollowers, WhatNobodyReadsTakesTheWordlengthOfWhatItReads) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 3, 4, 4});
  const ValueId a = add_conv(graph, "a", x, 3), b = add_conv(graph, "b", a, 3);
  graph.output = add_sum(graph, "out", b, b);
  const auto layers = find_layers(graph, {{"a", {0, 1}}, {"b", {0, 1}}});
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(settled(layers, Followers::kReaders, {16, 8, 16})[2].bits, 8);
  EXPECT_EQ(settled(layers, Followers::kReaders, {16, 16, 8})[2].bits, 16);
}

TEST(SettleFollowers, ThePictureIsReadInEightBitsWithItsOwnRange) {
  const auto layers = forked_layers();
  Assignment assignment(layers.size(), {.bits = 16, .dre = true});
  settle_followers(layers, Followers::kReaders, assignment);
  EXPECT_EQ(assignment[kFirst], (LayerChoice{.bits = 8}));
  EXPECT_EQ(assignment[kA], (LayerChoice{.bits = 16, .dre = true}));
}

TEST(BopsReduction, IsTwoForEverythingInEightBits) {
  const auto layers = forked_layers();
  EXPECT_DOUBLE_EQ(bops_reduction(layers, settled(layers, Followers::kSixteen, {8, 8, 8, 8, 8, 8})), 2);
}

TEST(BopsReduction, CountsThePicturesReaderAtSixteenInTheReferenceOnly) {
  const auto layers = forked_layers();
  // first 12, a 16, b 8, c 8, last 12 multiplications a pixel
  EXPECT_DOUBLE_EQ(bops_reduction(layers, settled(layers, Followers::kReaders, {16, 16, 16, 16, 16, 16})),
                   2.0 * 56 / (12 + 2 * 44));
  EXPECT_DOUBLE_EQ(bops_reduction(layers, settled(layers, Followers::kReaders, {16, 8, 16, 16, 16, 16})),
                   2.0 * 56 / (12 + 16 + 2 * 28));
}

}  // namespace
}  // namespace nawq::quantize
