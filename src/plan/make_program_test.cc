#include "plan/make_program.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::UnaryKind;

TEST(MakeProgram, SaysWhatThePictureIs) {
  const auto build = [](TinyGraph& tiny) {
    add_shuffle(tiny, "shuffle", add_conv(tiny, "conv", tiny.x, 27), 3);
  };
  const graph::Graph graph = built(build, 16, 12);
  PictureFacts facts = facts_of(graph);
  facts.name = "some";
  facts.bgr = true;
  facts.input_range = 255;
  facts.fixed_width_px = 16;
  facts.fixed_height_px = 12;
  const auto program = make_program(graph, graph, nullptr, facts, {});
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ(program->name, "some");
  EXPECT_EQ(program->scale, 3);
  EXPECT_EQ(program->channels, 3);
  EXPECT_TRUE(program->bgr);
  EXPECT_TRUE(program->floating);
  EXPECT_EQ(program->input_range, 255);
  EXPECT_EQ(program->fixed_width_px, 16);
  EXPECT_EQ(program->fixed_height_px, 12);
  EXPECT_EQ(program->operations[0].wordlength, 32);
}

TEST(MakeProgram, CountsTheGraphsMultiplications) {
  const Program program = planned([](TinyGraph& tiny) {
    const ValueId wide = add_conv(tiny, "wide", tiny.x, 20, 3);
    add_conv(tiny, "tail", add_shuffle(tiny, "shuffle", wide, 2), 3, 1);
  });
  EXPECT_EQ(program.operations[0].macs_per_pixel, 20 * 3 * 9) << "filling channels do not count";
  EXPECT_EQ(program.operations[1].macs_per_pixel, 5 * 3);
}

TEST(MakeProgram, RefusesStructuresThatDependOnTheSize) {
  const graph::Graph graph = built([](TinyGraph& tiny) { add_conv(tiny, "conv", tiny.x, 3); }, 16, 12);
  const graph::Graph other = built(
      [](TinyGraph& tiny) { add_unary(tiny, "relu", UnaryKind::kRelu, add_conv(tiny, "conv", tiny.x, 3)); },
      31, 25);
  expect_refused(make_program(graph, other, nullptr, facts_of(graph), {}),
                 "the network's structure depends on the picture's size");
}

// Layers of two wordlengths, one with ranges found at run time.
const Build kFiveLayers = [](TinyGraph& tiny) {
  ValueId at = tiny.x;
  for (int i = 0; i < 5; ++i) at = add_conv(tiny, "conv" + std::to_string(i), at, 3);
};

TEST(MakeProgram, NumbersPartitionsOfEqualWordlength) {
  graph::Recipe recipe;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "conv" + std::to_string(i);
    recipe.weights[name].codes.assign(81, 3);
    recipe.weights[name].scales.assign(3, 0.01f);
    const bool is_deep = i == 2 || i == 3;
    recipe.wordlengths[name] = is_deep ? 16 : 8;
    if (i > 0) recipe.tensors["conv" + std::to_string(i - 1)] = {{is_deep ? 16 : 8, 0.01f, 100}};
  }
  recipe.dre = {"conv3"};
  const Program program = planned(kFiveLayers, &recipe);
  ASSERT_EQ(program.operations.size(), 5u);
  std::vector<std::int32_t> partitions, wordlengths;
  for (const Operation& operation : program.operations) {
    partitions.push_back(operation.partition);
    wordlengths.push_back(operation.wordlength);
    EXPECT_EQ(operation.dre, operation.name == "conv3");
  }
  EXPECT_EQ(wordlengths, (std::vector<std::int32_t>{8, 8, 16, 16, 8}));
  EXPECT_EQ(partitions, (std::vector<std::int32_t>{0, 0, 1, 2, 3}));
}

TEST(MakeProgram, SumsThatMayPass32BitsAreWide) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId wide = add_conv(tiny, "wide", tiny.x, 64, 1);
    add_conv(tiny, "tail", wide, 3, 3);
  };
  graph::Recipe recipe;
  for (const auto& [name, weights, channels] :
       {std::tuple{"wide", 192, 64}, std::tuple{"tail", 64 * 9 * 3, 3}}) {
    recipe.weights[name].codes.assign(static_cast<std::size_t>(weights), 127);
    recipe.weights[name].scales.assign(static_cast<std::size_t>(channels), 0.01f);
  }
  const auto is_wide = [&](int bits) {
    recipe.tensors["wide"] = {{bits, 0.01f, 100}};
    recipe.wordlengths["tail"] = bits;
    const Program program = planned(build, &recipe);
    return std::get<Convolution>(program.operations[1].kind).wide_sums;
  };
  EXPECT_TRUE(is_wide(16)) << "64 * 9 weights of 127";
  EXPECT_FALSE(is_wide(8));
}

TEST(MakeProgram, VectorsCalculateInTheWordlengthOfTheirPartition) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId at = add_conv(tiny, "head", tiny.x, 3);
    const ValueId gate = add_unary(tiny, "gate", UnaryKind::kSigmoid, add_statistic(tiny, "mean", at));
    add_product(tiny, "scaled", at, gate);
  };
  graph::Recipe recipe;
  recipe.weights["head"].codes.assign(81, 3);
  recipe.weights["head"].scales.assign(3, 0.01f);
  recipe.tensors["head"] = {{16, 0.01f, 100}};
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"head:", "mean:", "gate:", "scaled: Residual ChannelScale"}));
  EXPECT_EQ(program.operations[2].wordlength, 16);
  EXPECT_EQ(program.operations[2].partition, program.operations[1].partition);
}

}  // namespace
}  // namespace nawq::plan
