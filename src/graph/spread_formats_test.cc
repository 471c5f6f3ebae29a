#include "graph/spread_formats.h"

#include <gtest/gtest.h>

namespace nawq::graph {
namespace {

using Formats = std::map<std::string, std::vector<CodeFormat>>;

constexpr CodeFormat kOne{8, 0.5f, 3}, kTwo{8, 0.25f, 9};

class SpreadFormats : public testing::Test {
 protected:
  ValueId add(const char* name, Op op, std::vector<ValueId> from) {
    return graph_.output = graph_.add_single(name, std::move(op), std::move(from)).value();
  }
  ValueId add_conv(const char* name, ValueId from) {
    const ValueId weights = graph_.add_constant(
        "w", float_tensor({8, graph_.shape(from)[1], 1, 1},
                          std::vector<float>(static_cast<std::size_t>(8 * graph_.shape(from)[1]))));
    return add(name, Conv{}, {from, weights});
  }
  Formats spread(const Formats& formats) {
    Recipe recipe;
    recipe.tensors = formats;
    spread_formats(graph_, recipe);
    return recipe.tensors;
  }
  Formats lifted(const Formats& formats) {
    Recipe recipe;
    recipe.tensors = formats;
    lift_formats(graph_, recipe);
    return recipe.tensors;
  }

  Graph graph_;
  ValueId x_ = graph_.add_input("x", {1, 8, 4, 4});
};

TEST_F(SpreadFormats, WhatOnlyMovesNumbersHasTheFormatOfItsOperand) {
  const ValueId conv = add_conv("conv", x_);
  const ValueId pool = add("pool", Pool{PoolKind::kMax, {2, 2}, {}, {}, {}, {}}, {conv});
  add("last", Unary{UnaryKind::kTanh}, {add("relu", Unary{UnaryKind::kRelu}, {pool})});
  EXPECT_EQ(spread({{"conv", {kOne}}}), (Formats{{"conv", {kOne}}, {"pool", {kOne}}, {"relu", {kOne}}}));
  EXPECT_EQ(spread({{"conv", {kOne}}, {"pool", {kTwo}}}),
            (Formats{{"conv", {kOne}}, {"pool", {kTwo}}, {"relu", {kTwo}}}));
}

TEST_F(SpreadFormats, WhatMakesOtherNumbersHasNone) {
  const ValueId conv = add_conv("conv", x_);
  add("mean", Pool{PoolKind::kAverage, {2, 2}, {}, {}, {}, {}}, {conv});
  add("tanh", Unary{UnaryKind::kTanh}, {conv});
  EXPECT_EQ(spread({{"conv", {kOne}}}), (Formats{{"conv", {kOne}}}));
}

TEST_F(SpreadFormats, ConcatenationsNeedOneFormatOfAllParts) {
  const ValueId a = add_conv("a", x_), b = add_conv("b", x_);
  add("last", Unary{UnaryKind::kTanh}, {add("all", Concat{1}, {a, b})});
  EXPECT_EQ(spread({{"a", {kOne}}, {"b", {kOne}}}), (Formats{{"a", {kOne}}, {"b", {kOne}}, {"all", {kOne}}}));
  EXPECT_EQ(spread({{"a", {kOne}}, {"b", {kTwo}}}), (Formats{{"a", {kOne}}, {"b", {kTwo}}}));
  EXPECT_EQ(spread({{"a", {kOne}}}), (Formats{{"a", {kOne}}}));
}

TEST_F(SpreadFormats, TheOutputIsNotRoundedAgain) {
  add("relu", Unary{UnaryKind::kRelu}, {add_conv("conv", x_)});
  EXPECT_EQ(spread({{"conv", {kOne}}}), (Formats{{"conv", {kOne}}}));
}

TEST_F(SpreadFormats, AConvolutionThatIsShuffledIsRoundedBehindTheShuffle) {
  const ValueId conv = add_conv("conv", x_);
  add("pixels", DepthToSpace{2, ShuffleOrder::kCrd}, {conv});
  EXPECT_EQ(spread({{"conv", {kOne}}}), (Formats{{"pixels", {kOne}}}));
  EXPECT_EQ(spread({{"conv", {kOne}}, {"pixels", {kTwo}}}), (Formats{{"conv", {kOne}}, {"pixels", {kTwo}}}));
  add("other", Unary{UnaryKind::kTanh}, {conv});
  EXPECT_EQ(spread({{"conv", {kOne}}}), (Formats{{"conv", {kOne}}, {"pixels", {kOne}}}));
}

TEST_F(SpreadFormats, LayoutsGiveTheirFormatsToWhatTheyAreMadeOf) {
  const ValueId conv = add_conv("conv", x_);
  const ValueId last = add("last", Transpose{{0, 2, 3, 1}}, {conv});
  const ValueId flat = add("flat", Reshape{{1, 16, 8}}, {last});
  add("tanh", Unary{UnaryKind::kTanh}, {flat});
  EXPECT_EQ(lifted({{"conv", {kOne}}, {"last", {kOne}}, {"flat", {kOne}}}), (Formats{{"conv", {kOne}}}));
  EXPECT_EQ(lifted({{"flat", {kOne}}}), (Formats{{"conv", {kOne}}}));
  EXPECT_EQ(lifted({{"conv", {kOne}}, {"last", {kTwo}}}), (Formats{{"conv", {kOne}}, {"last", {kTwo}}}));
}

TEST_F(SpreadFormats, WhatOthersReadUnroundedIsGivenNoFormat) {
  const ValueId conv = add_conv("conv", x_);
  const ValueId turned = add("turned", Transpose{{0, 1, 3, 2}}, {conv});
  add("sum", Binary{BinaryKind::kAdd}, {turned, conv});
  EXPECT_EQ(lifted({{"turned", {kOne}}}), (Formats{{"turned", {kOne}}}));
}

}  // namespace
}  // namespace nawq::graph
