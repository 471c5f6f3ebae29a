#include "graph/evaluate.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace nawq::graph {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

Result<std::vector<Tensor>> evaluated(const Op& op, const std::vector<Tensor>& inputs) {
  std::vector<const Tensor*> operands;
  for (const Tensor& input : inputs) operands.push_back(&input);
  return evaluate(op, operands);
}

void expect_ints(const Op& op, const std::vector<Tensor>& inputs, const Shape& shape,
                 const std::vector<std::int64_t>& expected) {
  const auto outputs = evaluated(op, inputs);
  ASSERT_TRUE(outputs) << outputs.error().message;
  ASSERT_EQ(outputs->size(), 1u);
  EXPECT_EQ(outputs->front().type, inputs[0].type);
  EXPECT_EQ(outputs->front().shape, shape);
  EXPECT_EQ(outputs->front().ints, expected);
}

void expect_floats(const Op& op, const std::vector<Tensor>& inputs, const Shape& shape,
                   const std::vector<float>& expected) {
  const auto outputs = evaluated(op, inputs);
  ASSERT_TRUE(outputs) << outputs.error().message;
  ASSERT_EQ(outputs->size(), 1u);
  EXPECT_EQ(outputs->front().type, DataType::kFloat);
  EXPECT_EQ(outputs->front().shape, shape);
  EXPECT_EQ(outputs->front().floats, expected);
}

void expect_refusal(const Op& op, const std::vector<Tensor>& inputs, ErrorKind kind) {
  const auto outputs = evaluated(op, inputs);
  ASSERT_FALSE(outputs);
  EXPECT_EQ(outputs.error().kind, kind) << outputs.error().message;
}

std::vector<std::int64_t> integers(BinaryKind kind, std::int64_t a, std::int64_t b) {
  const auto outputs = evaluated(Binary{kind}, {int_tensor({}, {a}), int_tensor({}, {b})});
  return outputs ? outputs->front().ints : std::vector<std::int64_t>{};
}

TEST(Evaluate, KnowsWhatShapeArithmeticNeedsAndLeavesTheRestToRunTime) {
  for (const Op& op : {Op(Unary{}), Op(Binary{}), Op(Reduce{}), Op(Concat{}), Op(Split{}), Op(Slice{}),
                       Op(Pad{}), Op(Reshape{}), Op(Transpose{}), Op(Expand{}), Op(MatMul{})})
    EXPECT_TRUE(can_evaluate(op)) << op_name(op);
  for (const Op& op :
       {Op(Conv{}), Op(ConvTranspose{}), Op(BatchNorm{}), Op(PRelu{}), Op(ChannelStatistics{}), Op(Pool{}),
        Op(DepthToSpace{}), Op(SpaceToDepth{}), Op(ChannelShuffle{}), Op(Resize{})}) {
    EXPECT_FALSE(can_evaluate(op)) << op_name(op);
    expect_refusal(op, {float_tensor({}, {1})}, ErrorKind::kModel);
  }
}

TEST(EvaluateBinary, DivisionOfIntegersTruncatesTowardsZero) {
  expect_ints(Binary{BinaryKind::kDiv}, {int_vector({7, -7, 7, -7}), int_vector({2, 2, -2, -2})}, {4},
              {3, -3, -3, 3});
}

TEST(EvaluateBinary, DivisionOfIntegersByZeroIsAnError) {
  expect_refusal(Binary{BinaryKind::kDiv}, {int_vector({7}), int_vector({0})}, ErrorKind::kModel);
  expect_refusal(Binary{BinaryKind::kPow}, {int_vector({0}), int_vector({-1})}, ErrorKind::kModel);
}

TEST(EvaluateBinary, IntegersWrapInsteadOfOverflowing) {
  EXPECT_EQ(integers(BinaryKind::kDiv, kLowest, -1), std::vector{kLowest});
  EXPECT_EQ(integers(BinaryKind::kSub, kLowest, 1), std::vector{std::numeric_limits<std::int64_t>::max()});
  EXPECT_EQ(integers(BinaryKind::kAdd, std::numeric_limits<std::int64_t>::max(), 1), std::vector{kLowest});
  EXPECT_EQ(integers(BinaryKind::kMul, kLowest, -1), std::vector{kLowest});
}

TEST(EvaluateBinary, PowersOfIntegersStayExact) {
  EXPECT_EQ(integers(BinaryKind::kPow, 3, 39), std::vector<std::int64_t>{4052555153018976267});
  EXPECT_EQ(integers(BinaryKind::kPow, -2, 63), std::vector{kLowest});
  EXPECT_EQ(integers(BinaryKind::kPow, 5, 0), std::vector<std::int64_t>{1});
  EXPECT_EQ(integers(BinaryKind::kPow, -1, -3), std::vector<std::int64_t>{-1});
  EXPECT_EQ(integers(BinaryKind::kPow, 2, -1), std::vector<std::int64_t>{0});
}

TEST(EvaluateBinary, Broadcasts) {
  expect_ints(Binary{BinaryKind::kMul}, {int_tensor({2, 1}, {2, 3}), int_vector({1, 10, 100})}, {2, 3},
              {2, 20, 200, 3, 30, 300});
  expect_ints(Binary{BinaryKind::kMax}, {int_tensor({}, {4}), int_vector({3, 5})}, {2}, {4, 5});
  expect_floats(Binary{BinaryKind::kDiv}, {float_tensor({2}, {1, 3}), float_tensor({}, {2})}, {2},
                {0.5f, 1.5f});
}

TEST(EvaluateBinary, MixedTypesAreRefused) {
  expect_refusal(Binary{BinaryKind::kAdd}, {int_vector({1}), float_tensor({1}, {1})}, ErrorKind::kModel);
}

TEST(EvaluateUnary, AppliesTheFunction) {
  expect_floats(Unary{UnaryKind::kFloor}, {float_tensor({3}, {1.5f, -1.5f, 2})}, {3}, {1, -2, 2});
  expect_floats(Unary{UnaryKind::kClip, 0, 1}, {float_tensor({3}, {-1, 0.5f, 2})}, {3}, {0, 0.5f, 1});
}

TEST(EvaluateUnary, IntegersStayIntegers) {
  expect_ints(Unary{UnaryKind::kNeg}, {int_vector({3, -4, kLowest})}, {3}, {-3, 4, kLowest});
  expect_ints(Unary{UnaryKind::kAbs}, {int_vector({3, -4})}, {2}, {3, 4});
  expect_ints(Unary{UnaryKind::kCeil}, {int_vector({3, -4})}, {2}, {3, -4});
  expect_ints(Unary{UnaryKind::kClip, 0, std::numeric_limits<float>::max()},
              {int_vector({-3, 1'000'000'007})}, {2}, {0, 1'000'000'007});
  expect_refusal(Unary{UnaryKind::kSqrt}, {int_vector({4})}, ErrorKind::kModel);
}

TEST(EvaluateReduce, SumsMeansAndExtremes) {
  const Tensor x = int_tensor({2, 3}, {1, 2, 3, 4, 5, 8});
  expect_ints(Reduce{ReduceKind::kSum, {1}, false}, {x}, {2}, {6, 17});
  expect_ints(Reduce{ReduceKind::kMean, {1}, true}, {x}, {2, 1}, {2, 5});
  expect_ints(Reduce{ReduceKind::kMax, {0}, false}, {x}, {3}, {4, 5, 8});
  expect_floats(Reduce{ReduceKind::kMin, {0, 1}, false}, {float_tensor({2, 2}, {3, -1, 2, 5})}, {}, {-1});
}

TEST(EvaluateConcat, JoinsShapesAndWeights) {
  expect_ints(Concat{0}, {int_vector({1, 3}), int_vector({}), int_vector({8})}, {3}, {1, 3, 8});
  expect_floats(Concat{1}, {float_tensor({2, 1}, {1, 2}), float_tensor({2, 2}, {3, 4, 5, 6})}, {2, 3},
                {1, 3, 4, 2, 5, 6});
}

TEST(EvaluateSplit, CutsIntoParts) {
  const auto parts = evaluated(Split{1, {1, 0, 2}}, {int_tensor({2, 3}, {1, 2, 3, 4, 5, 6})});
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].ints, (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ((*parts)[1].shape, (Shape{2, 0}));
  EXPECT_EQ((*parts)[2].ints, (std::vector<std::int64_t>{2, 3, 5, 6}));
}

TEST(EvaluateSlice, StepsForwardAndBackward) {
  expect_ints(Slice{{2}, {1}, {2}}, {int_vector({1, 3, 18, 20})}, {2}, {18, 20});
  expect_ints(Slice{{3}, {-2}, {2}}, {int_vector({1, 3, 18, 20})}, {2}, {20, 3});
  expect_refusal(Slice{{3}, {1}, {2}}, {int_vector({1, 3, 18, 20})}, ErrorKind::kModel);
}

TEST(EvaluatePad, FillsByMode) {
  expect_ints(Pad{PadMode::kConstant, {1}, {2}, 7.9f}, {int_vector({1, 2})}, {5}, {7, 1, 2, 7, 7});
  expect_ints(Pad{PadMode::kEdge, {1}, {1}, 0}, {int_vector({1, 2})}, {4}, {1, 1, 2, 2});
  expect_floats(Pad{PadMode::kReflect, {0, 2}, {1, 0}, 0}, {float_tensor({2, 3}, {1, 2, 3, 4, 5, 6})}, {3, 5},
                {3, 2, 1, 2, 3, 6, 5, 4, 5, 6, 3, 2, 1, 2, 3});
}

TEST(EvaluateReshape, KeepsElements) {
  expect_ints(Reshape{{2, 2}}, {int_vector({1, 2, 3, 4})}, {2, 2}, {1, 2, 3, 4});
  expect_ints(Reshape{{}}, {int_vector({5})}, {}, {5});
}

TEST(EvaluateTranspose, ReordersDimensions) {
  expect_ints(Transpose{{1, 0}}, {int_tensor({2, 3}, {1, 2, 3, 4, 5, 6})}, {3, 2}, {1, 4, 2, 5, 3, 6});
}

TEST(EvaluateExpand, RepeatsElements) {
  expect_ints(Expand{{2, 2}}, {int_vector({7})}, {2, 2}, {7, 7, 7, 7});
  expect_ints(Expand{{0, 2}}, {int_vector({7, 8})}, {0, 2}, {});
}

TEST(EvaluateExpand, HostileSizesAreRefused) {
  expect_refusal(Expand{{1'000'000, 1'000'000}}, {int_vector({7})}, ErrorKind::kResource);
  expect_refusal(Expand{{4'000'000'000, 4'000'000'000, 4'000'000'000}}, {int_vector({7})},
                 ErrorKind::kResource);
}

TEST(EvaluateMatMul, MultipliesBatches) {
  expect_floats(MatMul{}, {float_tensor({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), float_tensor({2, 1}, {1, 10})},
                {2, 2, 1}, {21, 43, 65, 87});
  expect_refusal(MatMul{}, {int_tensor({1, 1}, {2}), int_tensor({1, 1}, {2})}, ErrorKind::kModel);
}

TEST(Evaluate, BooleansStayBooleans) {
  const Tensor flags{DataType::kBool, {2}, {}, {0, 1}};
  expect_ints(Concat{0}, {flags, flags}, {4}, {0, 1, 0, 1});
}

}  // namespace
}  // namespace nawq::graph
