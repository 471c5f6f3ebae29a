#include <cmath>
#include <functional>
#include <limits>

#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::Binary;
using graph::BinaryKind;
using graph::float_tensor;
using graph::Shape;
using graph::Tensor;
using graph::Unary;
using graph::UnaryKind;

struct UnaryCase {
  std::string name;
  Unary op;
  std::function<double(double)> function;
  double shift = 0;  // added to x in [-4, 4), for functions of positive numbers
};

class UnaryTest : public testing::TestWithParam<UnaryCase> {
 protected:
  Tensor operand() const {
    Tensor x = random_tensor({1, 3, 50, 300}, 5);
    for (float& value : x.floats) value = value * 4 + static_cast<float>(GetParam().shift);
    return x;
  }
};

TEST_P(UnaryTest, EqualsTheFunctionInDouble) {
  const Tensor x = operand(), y = run_op(GetParam().op, {x});
  ASSERT_EQ(y.floats.size(), x.floats.size());
  for (std::size_t i = 0; i < x.floats.size(); ++i) {
    const double expected = GetParam().function(double{x.floats[i]});
    ASSERT_NEAR(y.floats[i], expected, 1e-6 * std::max(1.0, std::fabs(expected))) << x.floats[i];
  }
}

TEST_P(UnaryTest, HasTheSameBitsForAnyNumberOfThreads) {
  expect_same_bits_for_any_team(GetParam().op, {operand()});
}

double unit(double x) { return std::fmin(std::fmax(x, 0.0), 1.0); }

double gelu_by_tanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, UnaryTest,
    testing::Values(
        UnaryCase{"Relu", {UnaryKind::kRelu}, [](double x) { return std::fmax(x, 0); }},
        UnaryCase{"LeakyRelu",
                  {UnaryKind::kLeakyRelu, 0.05f},
                  [](double x) { return x < 0 ? double{0.05f} * x : x; }},
        UnaryCase{"Clip", {UnaryKind::kClip, -1, 2}, [](double x) { return std::fmin(std::fmax(x, -1), 2); }},
        UnaryCase{"Sigmoid", {UnaryKind::kSigmoid}, [](double x) { return 1 / (1 + std::exp(-x)); }},
        UnaryCase{"HardSigmoid",
                  {UnaryKind::kHardSigmoid, 0.25f, 0.5f},
                  [](double x) { return unit(x / 4 + 0.5); }},
        UnaryCase{"HardSwish", {UnaryKind::kHardSwish}, [](double x) { return x * unit(x / 6 + 0.5); }},
        UnaryCase{"Tanh", {UnaryKind::kTanh}, [](double x) { return std::tanh(x); }},
        UnaryCase{"Erf", {UnaryKind::kErf}, [](double x) { return std::erf(x); }},
        UnaryCase{
            "Gelu", {UnaryKind::kGelu}, [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }},
        UnaryCase{"GeluTanh", {UnaryKind::kGeluTanh}, gelu_by_tanh},
        UnaryCase{"Elu", {UnaryKind::kElu, 0.5f}, [](double x) { return x < 0 ? 0.5 * std::expm1(x) : x; }},
        UnaryCase{"Softplus", {UnaryKind::kSoftplus}, [](double x) { return std::log(1 + std::exp(x)); }},
        UnaryCase{"Sqrt", {UnaryKind::kSqrt}, [](double x) { return std::sqrt(x); }, 4.5},
        UnaryCase{"Exp", {UnaryKind::kExp}, [](double x) { return std::exp(x); }},
        UnaryCase{"Log", {UnaryKind::kLog}, [](double x) { return std::log(x); }, 4.5},
        UnaryCase{"Neg", {UnaryKind::kNeg}, [](double x) { return -x; }},
        UnaryCase{"Abs", {UnaryKind::kAbs}, [](double x) { return std::fabs(x); }},
        UnaryCase{"Reciprocal", {UnaryKind::kReciprocal}, [](double x) { return 1 / x; }, 4.5},
        UnaryCase{"Floor", {UnaryKind::kFloor}, [](double x) { return std::floor(x); }},
        UnaryCase{"Ceil", {UnaryKind::kCeil}, [](double x) { return std::ceil(x); }},
        UnaryCase{"Round", {UnaryKind::kRound}, [](double x) { return std::nearbyint(x); }}),
    [](const auto& tested) { return tested.param.name; });

TEST(Unary, RoundSendsTiesToEven) {
  expect_equal(run_op(Unary{UnaryKind::kRound}, {float_tensor({4}, {0.5f, 1.5f, -2.5f, 2.4f})}), {4},
               {0, 2, -2, 2});
}

TEST(Unary, SoftplusOfLargeNumbersDoesNotOverflow) {
  expect_equal(run_op(Unary{UnaryKind::kSoftplus}, {float_tensor({2}, {500, -500})}), {2}, {500, 0});
}

TEST(Unary, NotANumberStaysVisible) {
  const Tensor x = float_tensor({1}, {std::numeric_limits<float>::quiet_NaN()});
  for (const Unary& op :
       {Unary{UnaryKind::kRelu}, Unary{UnaryKind::kLeakyRelu, 0.1f}, Unary{UnaryKind::kClip, 0, 1}})
    EXPECT_TRUE(std::isnan(run_op(op, {x}).floats[0]));
}

TEST(Binary, ComputesEachKind) {
  const Tensor a = float_tensor({4}, {1, -2, 3, 4}), b = float_tensor({4}, {2, 2, -1, 0.5f});
  expect_equal(run_op(Binary{BinaryKind::kAdd}, {a, b}), {4}, {3, 0, 2, 4.5f});
  expect_equal(run_op(Binary{BinaryKind::kSub}, {a, b}), {4}, {-1, -4, 4, 3.5f});
  expect_equal(run_op(Binary{BinaryKind::kMul}, {a, b}), {4}, {2, -4, -3, 2});
  expect_equal(run_op(Binary{BinaryKind::kDiv}, {a, b}), {4}, {0.5f, -1, -3, 8});
  expect_equal(run_op(Binary{BinaryKind::kMin}, {a, b}), {4}, {1, -2, -1, 0.5f});
  expect_equal(run_op(Binary{BinaryKind::kMax}, {a, b}), {4}, {2, 2, 3, 4});
  expect_equal(run_op(Binary{BinaryKind::kPow}, {a, b}), {4}, {1, 4, 1.0f / 3.0f, 2});
}

class BroadcastTest : public testing::TestWithParam<std::pair<Shape, Shape>> {};

// Index of the element of `shape` that output element `at` reads, by the definition of broadcasting.
std::size_t broadcast_index(const Shape& shape, const Shape& out, std::int64_t at) {
  std::int64_t index = 0, stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {  // from the last dimension
    const std::int64_t dim = shape[shape.size() - 1 - i], out_dim = out[out.size() - 1 - i];
    if (dim != 1) index += at % out_dim * stride;
    stride *= dim;
    at /= out_dim;
  }
  return static_cast<std::size_t>(index);
}

TEST_P(BroadcastTest, PairsElementsByTheDefinition) {
  const Tensor a = random_tensor(GetParam().first, 1), b = random_tensor(GetParam().second, 2);
  const Shape out = graph::broadcast(a.shape, b.shape).value_or(Shape{});
  std::vector<float> expected;
  for (std::int64_t i = 0; i < elements(out); ++i)
    expected.push_back(a.floats[broadcast_index(a.shape, out, i)] -
                       b.floats[broadcast_index(b.shape, out, i)]);
  expect_equal(run_op(Binary{BinaryKind::kSub}, {a, b}), out, expected);
  expect_same_bits_for_any_team(Binary{BinaryKind::kSub}, {a, b});
}

INSTANTIATE_TEST_SUITE_P(Shapes, BroadcastTest,
                         testing::Values(std::pair<Shape, Shape>{{1, 3, 40, 500}, {1, 3, 40, 500}},
                                         std::pair<Shape, Shape>{{1, 3, 4, 5}, {1, 3, 1, 1}},
                                         std::pair<Shape, Shape>{{1, 3, 1, 1}, {1, 3, 4, 5}},
                                         std::pair<Shape, Shape>{{1, 3, 4, 5}, {}},
                                         std::pair<Shape, Shape>{{2}, {3, 1}},
                                         std::pair<Shape, Shape>{{1, 3, 1, 5}, {3, 4, 1}},
                                         std::pair<Shape, Shape>{{1, 1, 4, 5}, {1, 3, 4, 5}},
                                         std::pair<Shape, Shape>{{}, {}}));

TEST(PRelu, MultipliesNegativesByTheSlopeOfTheirChannel) {
  const Tensor x = float_tensor({1, 2, 1, 3}, {-1, 0, 2, -3, 4, -5}),
               slope = float_tensor({2, 1, 1}, {0.5f, 2});
  expect_equal(run_op(graph::PRelu{}, {x, slope}), {1, 2, 1, 3}, {-0.5f, 0, 2, -6, 4, -10});
  expect_equal(run_op(graph::PRelu{}, {x, float_tensor({1}, {0.5f})}), {1, 2, 1, 3},
               {-0.5f, 0, 2, -1.5f, 4, -2.5f});
}

TEST(BatchNorm, NormalizesEachChannel) {
  const Tensor x = random_tensor({1, 3, 5, 4}, 1), scale = random_tensor({3}, 2),
               bias = random_tensor({3}, 3), mean = random_tensor({3}, 4),
               variance = float_tensor({3}, {0.5f, 2, 0});
  std::vector<double> expected;
  for (std::size_t i = 0; i < x.floats.size(); ++i) {
    const std::size_t c = i / 20;
    expected.push_back((double{x.floats[i]} - double{mean.floats[c]}) /
                           std::sqrt(double{variance.floats[c]} + 1e-3) * double{scale.floats[c]} +
                       double{bias.floats[c]});
  }
  expect_near(run_op(graph::BatchNorm{1e-3f}, {x, scale, bias, mean, variance}), x.shape, expected, 1e-5);
  expect_same_bits_for_any_team(graph::BatchNorm{1e-3f}, {x, scale, bias, mean, variance});
}

}  // namespace
}  // namespace nawq::reference
