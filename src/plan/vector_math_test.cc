#include "plan/vector_math.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

using graph::BinaryKind;
using graph::UnaryKind;

// The arithmetic that `add` makes of the mean of six channels: all of it.
std::vector<VectorMath> math_of(const std::function<ValueId(TinyGraph&, ValueId mean)>& add) {
  const Program program = planned([&](TinyGraph& tiny) {
    const ValueId at = add_conv(tiny, "head", tiny.x, 6);
    const ValueId gate = add(tiny, add_statistic(tiny, "mean", at));
    add_conv(tiny, "tail", add_product(tiny, "scaled", at, gate), 3);
  });
  std::vector<VectorMath> found;
  for (const Operation& operation : program.operations)
    if (const auto* math = std::get_if<VectorMath>(&operation.kind)) found.push_back(*math);
  return found;
}

VectorMath one_of(const std::function<ValueId(TinyGraph&, ValueId mean)>& add) {
  const std::vector<VectorMath> found = math_of(add);
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? VectorMath{} : found.front();
}

TEST(VectorMath, ConvolutionsOfOnePixelAreMatrices) {
  const VectorMath math =
      one_of([](TinyGraph& tiny, ValueId mean) { return add_conv(tiny, "fc", mean, 6, 1); });
  EXPECT_EQ(math.kind, VectorKind::kLinear);
  EXPECT_EQ(math.weights.size(), 36u);
  EXPECT_EQ(math.bias.size(), 6u);
  EXPECT_EQ(math.a, 0);
  EXPECT_EQ(math.out, 1);
}

TEST(VectorMath, HasFunctionsOfOneVector) {
  const auto unary = [](UnaryKind kind, float alpha, float beta) {
    return one_of(
        [=](TinyGraph& tiny, ValueId mean) { return add_unary(tiny, "f", kind, mean, alpha, beta); });
  };
  EXPECT_EQ(unary(UnaryKind::kRelu, 0, 0).kind, VectorKind::kRelu);
  const VectorMath leaky = unary(UnaryKind::kLeakyRelu, 0.25f, 0);
  EXPECT_EQ(leaky.kind, VectorKind::kSlope);
  EXPECT_EQ(leaky.weights, (std::vector<float>{0.25f}));
  const VectorMath clip = unary(UnaryKind::kClip, -1, 3);
  EXPECT_EQ(clip.kind, VectorKind::kClip);
  EXPECT_EQ(clip.alpha, -1);
  EXPECT_EQ(clip.beta, 3);
  const VectorMath hard = unary(UnaryKind::kHardSigmoid, 0.25f, 0.5f);
  EXPECT_EQ(hard.function, Function::kHardSigmoid);
  EXPECT_EQ(hard.alpha, 0.25f);
  const VectorMath swish = unary(UnaryKind::kHardSwish, 0, 0);
  EXPECT_EQ(swish.function, Function::kHardSwish);
  EXPECT_EQ(swish.alpha, 1.0f / 6);
  EXPECT_EQ(swish.beta, 0.5f);
  for (const auto& [kind, function] : {std::pair{UnaryKind::kSigmoid, Function::kSigmoid},
                                       {UnaryKind::kTanh, Function::kTanh},
                                       {UnaryKind::kGelu, Function::kGelu}}) {
    EXPECT_EQ(unary(kind, 0, 0).kind, VectorKind::kFunction);
    EXPECT_EQ(unary(kind, 0, 0).function, function);
  }
  const VectorMath prelu = one_of([](TinyGraph& tiny, ValueId mean) { return add_prelu(tiny, "p", mean); });
  EXPECT_EQ(prelu.kind, VectorKind::kSlope);
  EXPECT_EQ(prelu.weights.size(), 6u);
}

TEST(VectorMath, TakesConstantsAsTheSecondOperand) {
  for (const bool constant_first : {false, true}) {
    const VectorMath math = one_of([&](TinyGraph& tiny, ValueId mean) {
      const ValueId half = tiny.number("half", 0.5f);
      return constant_first ? add_product(tiny, "m", half, mean) : add_product(tiny, "m", mean, half);
    });
    EXPECT_EQ(math.kind, VectorKind::kMultiply);
    EXPECT_EQ(math.a, 0);
    EXPECT_EQ(math.b, -1);
    EXPECT_EQ(math.weights, (std::vector<float>{0.5f}));
  }
  const VectorMath less = one_of([](TinyGraph& tiny, ValueId mean) {
    return tiny.add("s", graph::Binary{BinaryKind::kSub}, {mean, tiny.constant("c", {1, 6, 1, 1})});
  });
  EXPECT_EQ(less.kind, VectorKind::kSubtract);
  EXPECT_EQ(less.weights.size(), 6u);
}

TEST(VectorMath, JoinsTwoVectors) {
  const std::vector<VectorMath> math = math_of([](TinyGraph& tiny, ValueId mean) {
    const ValueId relu = add_unary(tiny, "relu", UnaryKind::kRelu, mean);
    const ValueId both = add_concat(tiny, "both", {relu, mean});
    return add_conv(tiny, "fc", both, 6, 1);
  });
  ASSERT_EQ(math.size(), 3u);
  EXPECT_EQ(math[1].kind, VectorKind::kConcat);
  EXPECT_EQ(math[1].a, 1);
  EXPECT_EQ(math[1].b, 0);
  EXPECT_EQ(math[2].weights.size(), 72u);
}

TEST(VectorMath, RefusesTheRestByName) {
  const auto build = [](const std::function<ValueId(TinyGraph&, ValueId)>& add) {
    return plan_of([&](TinyGraph& tiny) {
      const ValueId at = add_conv(tiny, "head", tiny.x, 6);
      const ValueId gate = add(tiny, add_statistic(tiny, "mean", at));
      add_conv(tiny, "tail", add_product(tiny, "scaled", at, gate), 3);
    });
  };
  expect_refused(
      build([](TinyGraph& tiny, ValueId mean) { return add_unary(tiny, "root", UnaryKind::kSqrt, mean); }),
      "node 'root' (Sqrt): the engine cannot do this on a picture of 1 x 1");
  expect_refused(build([](TinyGraph& tiny, ValueId mean) { return add_conv(tiny, "three", mean, 6, 3); }),
                 "node 'three' (Conv)");
  expect_refused(
      build([](TinyGraph& tiny, ValueId mean) { return add_conv(tiny, "grouped", mean, 6, 1, 2); }),
      "node 'grouped' (Conv)");
  expect_refused(build([](TinyGraph& tiny, ValueId mean) {
                   return tiny.add("minus", graph::Binary{BinaryKind::kSub}, {tiny.number("one", 1), mean});
                 }),
                 "node 'minus' (Sub)");
  expect_refused(build([](TinyGraph& tiny, ValueId mean) {
                   return tiny.add("share", graph::Binary{BinaryKind::kDiv}, {mean, tiny.number("two", 2)});
                 }),
                 "node 'share' (Div)");
}

}  // namespace
}  // namespace nawq::plan
