// What a recipe's run-time ranges (Recipe::dre) become in a Program.
#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::UnaryKind;

graph::Recipe recipe_of(const Build& build, const std::vector<std::string>& tensors,
                        std::set<std::string> dre) {
  graph::Recipe recipe = recipe_of_ones(build);
  for (const std::string& name : tensors) recipe.tensors[name] = {{8, 0.02f, 128}};
  recipe.dre = std::move(dre);
  return recipe;
}

// Which tensors of a value there are: "8", "16" stored codes, "f" floats, "8d", "16d" codes made of them.
std::string tensors_of(const Program& program, const std::string& value) {
  std::string text;
  for (const TensorSpec& tensor : program.tensors) {
    if (tensor.name != value) continue;
    const Format format = tensor.quantization.format;
    text += concat(text.empty() ? "" : " ",
                   format == Format::kFloat ? "f" : concat(format == Format::kCode8 ? 8 : 16),
                   tensor.source >= 0 ? "d" : "");
  }
  return text;
}

const TensorSpec& read_by(const Program& program, std::size_t operation) {
  const auto* convolution = std::get_if<Convolution>(&program.operations[operation].kind);
  return program.tensors[static_cast<std::size_t>(convolution->src.tensor)];
}

// first -> {second, third}, whose sum goes out.
const Build kTwoReaders = [](TinyGraph& tiny) {
  const ValueId first = add_conv(tiny, "first", tiny.x, 6);
  const ValueId second = add_conv(tiny, "second", first, 3);
  add_sum(tiny, "sum", second, add_conv(tiny, "third", first, 3));
};

TEST(RunTimeRanges, AreThoseOfFloatsThatTheProducerWritesBesideItsCodes) {
  const graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {"second"});
  const Program program = planned(kTwoReaders, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"first:", "second:", "third: Residual"}));
  EXPECT_EQ(tensors_of(program, "first"), "8 f 8d");
  EXPECT_EQ(tensors_of(program, "second"), "8");
  const TensorSpec& read = read_by(program, 1);
  ASSERT_GE(read.source, 0);
  EXPECT_EQ(read.quantization, (Quantization{Format::kCode8, 1, 0}));
  EXPECT_EQ(program.operations[0].runs,
            (std::vector<RunSpec>{{0, 6, 2, 0, 1, 0}, {0, 6, read.source, 0, 1, 0}}));
  EXPECT_EQ(read_by(program, 2).source, -1);
  EXPECT_TRUE(program.operations[1].dre);
  EXPECT_FALSE(program.operations[2].dre);
}

TEST(RunTimeRanges, OfOneValueShareItsFloats) {
  graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {"second", "third"});
  EXPECT_EQ(tensors_of(planned(kTwoReaders, &recipe), "first"), "f 8d") << "nobody reads static codes";
  recipe.wordlengths = {{"third", 16}};
  EXPECT_EQ(tensors_of(planned(kTwoReaders, &recipe), "first"), "f 8d 16d");
}

TEST(RunTimeRanges, NeedNoStaticFormatOfTheirWordlength) {
  graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {"third"});
  recipe.wordlengths = {{"third", 16}, {"sum", 8}};
  const Program program = planned(kTwoReaders, &recipe);
  EXPECT_EQ(tensors_of(program, "first"), "8 f 16d");
  EXPECT_EQ(program.operations[2].wordlength, 16);
}

TEST(RunTimeRanges, OfASumAreThoseOfTheTensorBeside) {
  const graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {"sum"});
  const Program program = planned(kTwoReaders, &recipe);
  EXPECT_EQ(tensors_of(program, "first"), "8");
  EXPECT_EQ(tensors_of(program, "second"), "f 8d");
  EXPECT_TRUE(program.operations[2].dre);
  EXPECT_EQ(read_by(program, 2).source, -1) << "the convolution that the sum is fused into is static";
}

TEST(RunTimeRanges, OfThePictureThereAreNone) {
  const graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {"first"});
  const Program program = planned(kTwoReaders, &recipe);
  EXPECT_FALSE(program.operations[0].dre);
  EXPECT_EQ(program.tensors.size(), 4u);
}

TEST(RunTimeRanges, OfAConcatenationAreThoseOfTheWhole) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId a = add_conv(tiny, "a", tiny.x, 2), b = add_conv(tiny, "b", tiny.x, 4);
    const ValueId whole = add_concat(tiny, "whole", {a, b});
    const auto pieces = add_split(tiny, "split", whole, {5, 1});
    const ValueId left = add_conv(tiny, "left", pieces[0], 3);
    add_sum(tiny, "sum", left, add_conv(tiny, "all", whole, 3));
  };
  const graph::Recipe recipe = recipe_of(build, {"whole", "left", "all"}, {"left"});
  const Program program = planned(build, &recipe);
  EXPECT_EQ(tensors_of(program, "whole"), "8 f 8d");
  EXPECT_EQ(tensors_of(program, "a"), "");
  EXPECT_EQ(program.operations[0].runs.size(), 2u);
  EXPECT_EQ(program.operations[1].runs[1].tensor_channel, 2);
  EXPECT_EQ(read_by(program, 2).channels, 6);
  EXPECT_TRUE(program.operations[2].dre);
}

TEST(RunTimeRanges, OfAPieceThatIsCopiedAreThoseOfTheWhole) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId first = add_conv(tiny, "first", tiny.x, 4);
    const auto pieces = add_split(tiny, "split", first, {1, 3});
    const ValueId second = add_conv(tiny, "second", first, 2);
    add_conv(tiny, "tail", add_concat(tiny, "whole", {second, pieces[1]}), 3);
  };
  const graph::Recipe recipe = recipe_of(build, {"first", "whole"}, {"whole"});
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"first:", "second:", "whole: Residual", "tail:"}));
  EXPECT_EQ(tensors_of(program, "first"), "8 f 8d");
  EXPECT_EQ(tensors_of(program, "whole"), "8");
  EXPECT_TRUE(program.operations[2].dre);
  EXPECT_EQ(program.operations[2].steps[0].side_channels[0].channel, 1);
}

TEST(RunTimeRanges, MakeFunctionsWorkInFloat32) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 3);
    add_conv(tiny, "tail", add_unary(tiny, "sigmoid", UnaryKind::kSigmoid, conv), 3);
  };
  graph::Recipe recipe = recipe_of(build, {"conv", "sigmoid"}, {"sigmoid"});
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"conv: Function", "tail:"}));
  EXPECT_EQ(program.tensors.size(), 3u) << "what the function is given is not stored";
  EXPECT_FALSE(program.operations[0].dre) << "it reads the picture only";
  EXPECT_EQ(tensors_of(program, "sigmoid"), "8") << "its result is a tensor like any other";
  recipe.dre = {"tail"};
  EXPECT_EQ(operations_of(planned(build, &recipe)), (Lines{"conv: Table", "tail:"}));
  EXPECT_EQ(tensors_of(planned(build, &recipe), "sigmoid"), "f 8d");
}

TEST(RunTimeRanges, OfAFunctionOfAStoredTensorAreThatTensors) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId conv = add_conv(tiny, "conv", tiny.x, 3);
    add_product(tiny, "gated", add_unary(tiny, "sigmoid", UnaryKind::kSigmoid, conv), conv);
  };
  const graph::Recipe recipe = recipe_of(build, {"conv", "sigmoid"}, {"sigmoid", "gated"});
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"conv:", "sigmoid: Residual Function Product"}));
  EXPECT_EQ(tensors_of(program, "conv"), "f 8d");
  EXPECT_EQ(tensors_of(program, "sigmoid"), "");
  EXPECT_TRUE(program.operations[1].dre);
}

TEST(RunTimeRanges, OfStatisticsAndShufflesAreCodesToo) {
  const Build build = [](TinyGraph& tiny) {
    const ValueId at = add_shuffle(tiny, "shuffle", add_conv(tiny, "head", tiny.x, 12), 2);
    const ValueId gate = add_unary(tiny, "gate", UnaryKind::kSigmoid, add_statistic(tiny, "mean", at));
    add_product(tiny, "scaled", at, gate);
  };
  const graph::Recipe recipe = recipe_of(build, {"shuffle"}, {"mean", "gate", "scaled"});
  const Program program = planned(build, &recipe);
  ASSERT_EQ(operations_of(program), (Lines{"head:", "mean:", "gate:", "scaled: Residual ChannelScale"}));
  EXPECT_EQ(tensors_of(program, "shuffle"), "f 8d");
  EXPECT_TRUE(program.operations[1].dre);
  EXPECT_FALSE(program.operations[2].dre) << "it reads vectors";
  EXPECT_TRUE(program.operations[3].dre);
}

TEST(UnreadTensors, AreNotStored) {
  graph::Recipe recipe = recipe_of(kTwoReaders, {"first", "second"}, {});
  recipe.tensors["first"] = {{16, 0.0001f, 30000}, {8, 0.02f, 128}};
  recipe.wordlengths = {{"second", 8}, {"third", 8}, {"sum", 8}};
  const Program program = planned(kTwoReaders, &recipe);
  EXPECT_EQ(tensors_of(program, "first"), "8");
  EXPECT_EQ(program.operations[0].runs, (std::vector<RunSpec>{{0, 6, 2, 0, 1, 0}}));
}

// first, and second of half the size, enlarged to that of first, which `reader` alone reads.
const Build kSized = [](TinyGraph& tiny) {
  const ValueId small = tiny.add("half", graph::convolution({1, 1, 1, 1}, 1, {2, 2}),
                                 {tiny.x, tiny.constant("w", {3, 3, 3, 3})});
  const ValueId first = add_shuffle(tiny, "first", add_conv(tiny, "head", tiny.x, 12), 2);
  graph::Resize op;
  op.mode = graph::ResizeMode::kLinear;
  op.size = {tiny.graph.shape(first)[2], tiny.graph.shape(first)[3]};
  op.scale_h = static_cast<float>(op.size.h) / static_cast<float>(tiny.graph.shape(small)[2]);
  op.scale_w = static_cast<float>(op.size.w) / static_cast<float>(tiny.graph.shape(small)[3]);
  const ValueId large = tiny.add("resize", op, {small});
  const ValueId reader = add_conv(tiny, "reader", first, 3);
  add_sum(tiny, "sum", reader, add_conv(tiny, "tail", large, 3));
};

TEST(UnreadTensors, GiveWayToAnotherOfTheSameSize) {
  const graph::Recipe recipe = recipe_of(kSized, {"half", "first", "resize", "reader"}, {"reader"});
  const Program program = planned(kSized, &recipe);
  EXPECT_EQ(tensors_of(program, "first"), "f 8d");
  const Resampling* found = nullptr;
  for (const Operation& operation : program.operations)
    if (const auto* resampling = std::get_if<Resampling>(&operation.kind)) found = resampling;
  ASSERT_NE(found, nullptr);
  ASSERT_GE(found->like, 0);
  EXPECT_EQ(program.tensors[static_cast<std::size_t>(found->like)].name, "first");
}

}  // namespace
}  // namespace nawq::plan
