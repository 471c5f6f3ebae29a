#include "plan/value_map.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::UnaryKind;

// The tensor of a name; -1 where there is none.
std::int32_t tensor(const Program& program, const std::string& name) {
  for (std::size_t i = 0; i < program.tensors.size(); ++i)
    if (program.tensors[i].name == name) return static_cast<std::int32_t>(i);
  return -1;
}

TEST(ValueMap, PartsOfAConcatenationAreWrittenInPlace) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId first = add_conv(tiny, "first", tiny.x, 6), second = add_conv(tiny, "second", tiny.x, 5);
    add_conv(tiny, "tail", add_concat(tiny, "concat", {second, first}), 3);
  });
  ASSERT_EQ(operations_of(program), (Lines{"first:", "second:", "tail:"}));
  const std::int32_t whole = tensor(program, "concat");
  EXPECT_EQ(program.operations[0].runs, (std::vector<RunSpec>{{0, 6, whole, 5, 1, 0}}));
  EXPECT_EQ(program.operations[1].runs, (std::vector<RunSpec>{{0, 5, whole, 0, 1, 0}}));
  EXPECT_EQ(program.tensors.size(), 3u) << "parts have no tensors of their own";
}

TEST(ValueMap, PartsThatOthersReadAreStoredApartAsWell) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId first = add_conv(tiny, "first", tiny.x, 6), second = add_conv(tiny, "second", first, 5);
    add_conv(tiny, "tail", add_concat(tiny, "concat", {first, second}), 3);
  });
  ASSERT_EQ(operations_of(program), (Lines{"first:", "second:", "tail:"}));
  EXPECT_EQ(program.operations[0].runs, (std::vector<RunSpec>{{0, 6, tensor(program, "first"), 0, 1, 0},
                                                              {0, 6, tensor(program, "concat"), 0, 1, 0}}));
}

TEST(ValueMap, NestedConcatenationsAreOneTensor) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId a = add_conv(tiny, "a", tiny.x, 1), b = add_conv(tiny, "b", tiny.x, 2),
                  c = add_conv(tiny, "c", tiny.x, 4);
    add_conv(tiny, "tail", add_concat(tiny, "outer", {c, add_concat(tiny, "inner", {b, a})}), 3);
  });
  ASSERT_EQ(operations_of(program), (Lines{"a:", "b:", "c:", "tail:"}));
  EXPECT_EQ(program.operations[0].runs[0].tensor_channel, 6);
  EXPECT_EQ(program.operations[1].runs[0].tensor_channel, 4);
  EXPECT_EQ(program.operations[2].runs[0].tensor_channel, 0);
  EXPECT_EQ(program.tensors.size(), 3u);
}

TEST(ValueMap, WhatNobodyWroteIntoAConcatenationIsCopied) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 5);
    add_conv(tiny, "tail", add_concat(tiny, "concat", {conv, tiny.x}), 3);
  });
  ASSERT_EQ(operations_of(program), (Lines{"conv:", "concat: Residual", "tail:"}));
  EXPECT_EQ(program.operations[1].steps[0].side_tensor, kInputTensor);
  EXPECT_EQ(program.operations[1].runs, (std::vector<RunSpec>{{0, 3, tensor(program, "concat"), 5, 1, 0}}));
}

TEST(ValueMap, PiecesOfASplitAreRunsOfTheirOwn) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId conv = add_prelu(tiny, "prelu", add_conv(tiny, "conv", tiny.x, 7));
    const auto pieces = add_split(tiny, "split", conv, {4, 3});
    add_sum(tiny, "sum", add_conv(tiny, "tail", pieces[0], 3), pieces[1]);
  });
  ASSERT_EQ(operations_of(program), (Lines{"conv: Slope", "tail: Residual"}));
  EXPECT_EQ(program.operations[0].runs, (std::vector<RunSpec>{{0, 4, tensor(program, "split:0"), 0, 1, 0},
                                                              {4, 3, tensor(program, "split:1"), 0, 1, 0}}));
}

TEST(ValueMap, PiecesOfAStoredTensorAreViews) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 7);
    const auto pieces = add_split(tiny, "split", conv, {2, 5});
    const auto inner = add_split(tiny, "inner", pieces[1], {4, 1});
    const ValueId whole = add_conv(tiny, "whole", conv, 3);
    add_sum(tiny, "sum", whole, add_conv(tiny, "tail", inner[0], 3));
  });
  ASSERT_EQ(operations_of(program), (Lines{"conv:", "whole:", "tail: Residual"}));
  const Operation& last = program.operations.back();
  EXPECT_EQ(std::get<Convolution>(last.kind).src, (View{tensor(program, "conv"), 2, 4}));
}

TEST(ValueMap, SlicesOfWholePicturesAreViews) {
  const auto build = [](std::int64_t step, std::int64_t rows) {
    return [=](TinyGraph& tiny) {
      const ValueId conv = add_conv(tiny, "conv", tiny.x, 6);
      const graph::Shape& shape = tiny.graph.shape(conv);
      const graph::Slice op{{0, 1, 0, 0}, {1, step, 1, 1}, {1, 3, shape[2] - rows, shape[3]}};
      const ValueId slice = tiny.add("slice", op, {conv});
      const ValueId tail = add_conv(tiny, "tail", slice, 3);
      add_sum(tiny, "sum", tail, add_conv(tiny, "other", slice, 3));
    };
  };
  const Program program = planned(build(1, 0));
  EXPECT_EQ(std::get<Convolution>(program.operations[1].kind).src, (View{tensor(program, "conv"), 1, 3}));
  expect_refused(plan_of(build(2, 0)), "node 'slice' (Slice)");
}

// Weights of one and scales of one for every convolution, and formats for what it reads.
graph::Recipe recipe_of(const Build& build, const std::vector<std::string>& tensors) {
  graph::Recipe recipe = recipe_of_ones(build);
  for (const std::string& name : tensors) recipe.tensors[name] = {{8, 0.02f, 128}};
  return recipe;
}

const Build kTwoLayers = [](TinyGraph& tiny) {
  const ValueId first = add_conv(tiny, "first", tiny.x, 6);
  const ValueId second = add_conv(tiny, "second", first, 3);
  add_sum(tiny, "sum", second, add_conv(tiny, "third", first, 3));
};

TEST(ValueMap, TensorsOfARecipeHaveItsFormats) {
  graph::Recipe recipe = recipe_of(kTwoLayers, {"first", "second"});
  recipe.tensors["first"] = {{8, 0.02f, 128}, {16, 0.0001f, 30000}};
  recipe.wordlengths = {{"second", 8}, {"third", 16}, {"first", 8}, {"sum", 8}};
  const Program program = planned(kTwoLayers, &recipe);
  ASSERT_EQ(program.tensors.size(), 5u);
  EXPECT_EQ(program.tensors[2].quantization, (Quantization{Format::kCode8, 0.02f, 128}));
  EXPECT_EQ(program.tensors[3].quantization, (Quantization{Format::kCode16, 0.0001f, 30000}));
  EXPECT_EQ(program.operations[0].runs, (std::vector<RunSpec>{{0, 6, 2, 0, 1, 0}, {0, 6, 3, 0, 1, 0}}))
      << "written once per format";
  EXPECT_EQ(std::get<Convolution>(program.operations[1].kind).src.tensor, 2);
  EXPECT_EQ(std::get<Convolution>(program.operations[2].kind).src.tensor, 3);
  EXPECT_EQ(program.operations[1].wordlength, 8);
  EXPECT_EQ(program.operations[2].wordlength, 16);
}

TEST(ValueMap, NamesTensorsThatARecipeDoesNotCover) {
  const graph::Recipe without_tensor = recipe_of(kTwoLayers, {"second"});
  expect_refused(plan_of(kTwoLayers, &without_tensor), "tensor 'first' is not quantized");
  graph::Recipe other_wordlength = recipe_of(kTwoLayers, {"first", "second"});
  other_wordlength.wordlengths["third"] = 16;
  expect_refused(plan_of(kTwoLayers, &other_wordlength), "tensor 'first' is not quantized to 16 bits");
  graph::Recipe without_weights = recipe_of(kTwoLayers, {"first", "second"});
  without_weights.weights.erase("third");
  expect_refused(plan_of(kTwoLayers, &without_weights), "node 'third' (Conv): its weights are not quantized");
  without_weights.weights["third"].codes.assign(3, 1);
  expect_refused(plan_of(kTwoLayers, &without_weights), "node 'third' (Conv): its weights are not quantized");
}

TEST(ValueMap, FunctionsOfARecipeAreTablesBetweenTwoFormats) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 3);
    add_conv(tiny, "tail", add_unary(tiny, "sigmoid", UnaryKind::kSigmoid, conv), 3);
  };
  graph::Recipe recipe = recipe_of(build, {"conv", "sigmoid"});
  recipe.tensors["sigmoid"] = {{16, 1.0f / 65536, 0}};
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"conv: Table", "tail:"}));
  EXPECT_EQ(program.operations[0].steps[0].table_in, (Quantization{Format::kCode8, 0.02f, 128}));
  EXPECT_EQ(program.operations[0].steps[0].table_out, (Quantization{Format::kCode16, 1.0f / 65536, 0}));
  recipe.tensors["conv"].push_back({16, 0.0001f, 30000});
  expect_refused(plan_of(build, &recipe), "tensor 'conv' needs exactly one quantization");
}

}  // namespace
}  // namespace nawq::plan
