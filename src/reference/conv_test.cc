#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::Conv;
using graph::Shape;
using graph::Tensor;

struct ConvCase {
  std::string name;
  Shape x, weights;
  Conv op;
  bool bias = true;
};

// The definition, in double.
std::vector<double> naive_conv(const Conv& op, const Tensor& x, const Tensor& w, const Tensor* bias,
                               const Shape& out) {
  const auto at = [](const Tensor& t, std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    return double{
        t.floats[static_cast<std::size_t>(((a * t.shape[1] + b) * t.shape[2] + c) * t.shape[3] + d)]};
  };
  std::vector<double> result;
  const std::int64_t outs_per_group = w.shape[0] / op.groups;
  for (std::int64_t o = 0; o < out[1]; ++o)
    for (std::int64_t y = 0; y < out[2]; ++y)
      for (std::int64_t col = 0; col < out[3]; ++col) {
        double sum = bias ? double{bias->floats[static_cast<std::size_t>(o)]} : 0.0;
        for (std::int64_t i = 0; i < w.shape[1]; ++i)
          for (std::int64_t ky = 0; ky < w.shape[2]; ++ky)
            for (std::int64_t kx = 0; kx < w.shape[3]; ++kx) {
              const std::int64_t c = o / outs_per_group * w.shape[1] + i;
              const std::int64_t sy = y * op.stride.h + ky * op.dilation.h - op.pads.top;
              const std::int64_t sx = col * op.stride.w + kx * op.dilation.w - op.pads.left;
              const bool inside = sy >= 0 && sy < x.shape[2] && sx >= 0 && sx < x.shape[3];
              const double outside =
                  op.pad_values.empty() ? 0.0 : double{op.pad_values[static_cast<std::size_t>(c)]};
              sum += at(w, o, i, ky, kx) * (inside ? at(x, 0, c, sy, sx) : outside);
            }
        result.push_back(sum);
      }
  return result;
}

class ConvTest : public testing::TestWithParam<ConvCase> {
 protected:
  std::vector<Tensor> operands() const {
    std::vector<Tensor> all{random_tensor(GetParam().x, 1), random_tensor(GetParam().weights, 2)};
    if (GetParam().bias) all.push_back(random_tensor({GetParam().weights[0]}, 3));
    return all;
  }
};

TEST_P(ConvTest, EqualsTheDefinition) {
  const std::vector<Tensor> in = operands();
  const Tensor y = run_op(GetParam().op, in);
  ASSERT_EQ(y.shape.size(), 4u);
  expect_near(y, y.shape,
              naive_conv(GetParam().op, in[0], in[1], GetParam().bias ? &in[2] : nullptr, y.shape), 2e-5);
}

TEST_P(ConvTest, HasTheSameBitsForAnyNumberOfThreads) {
  expect_same_bits_for_any_team(GetParam().op, operands());
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ConvTest,
    testing::Values(
        ConvCase{"plain3x3", {1, 5, 7, 9}, {6, 5, 3, 3}, {{1, 1}, {1, 1}, {1, 1, 1, 1}, 1, {}}},
        ConvCase{"pointwise_without_bias", {1, 9, 5, 6}, {7, 9, 1, 1}, {}, false},
        ConvCase{
            "even_kernel_asymmetric_pads", {1, 3, 6, 5}, {4, 3, 2, 4}, {{1, 1}, {1, 1}, {0, 2, 1, 3}, 1, {}}},
        ConvCase{"strided", {1, 4, 11, 13}, {5, 4, 3, 3}, {{2, 3}, {1, 1}, {1, 1, 0, 2}, 1, {}}},
        ConvCase{"dilated", {1, 3, 12, 10}, {3, 3, 3, 3}, {{1, 1}, {3, 2}, {3, 2, 3, 2}, 1, {}}},
        ConvCase{"strided_and_dilated", {1, 2, 17, 19}, {3, 2, 3, 2}, {{2, 2}, {2, 3}, {2, 0, 1, 4}, 1, {}}},
        ConvCase{"grouped", {1, 8, 6, 7}, {12, 2, 3, 3}, {{1, 1}, {1, 1}, {1, 1, 1, 1}, 4, {}}},
        ConvCase{"depthwise", {1, 6, 9, 8}, {6, 1, 3, 3}, {{1, 1}, {1, 1}, {1, 1, 1, 1}, 6, {}}},
        ConvCase{"padding_larger_than_the_picture",
                 {1, 2, 1, 1},
                 {3, 2, 3, 5},
                 {{1, 1}, {1, 1}, {4, 6, 3, 5}, 1, {}}},
        ConvCase{
            "negative_padding_crops", {1, 2, 9, 9}, {3, 2, 3, 3}, {{1, 1}, {1, 1}, {-2, -1, 1, -3}, 1, {}}},
        ConvCase{
            "pad_values", {1, 3, 5, 6}, {4, 3, 3, 3}, {{1, 1}, {1, 1}, {1, 1, 1, 1}, 1, {0.5f, -2.0f, 3.0f}}},
        ConvCase{"pad_values_of_groups",
                 {1, 4, 5, 6},
                 {4, 2, 3, 3},
                 {{2, 1}, {1, 1}, {2, 1, 1, 2}, 2, {1, 2, 3, 4}}},
        ConvCase{
            "rows_wider_than_a_tile", {1, 3, 3, 1100}, {5, 3, 3, 3}, {{1, 1}, {1, 1}, {1, 1, 1, 1}, 1, {}}},
        ConvCase{"strided_rows_wider_than_a_tile",
                 {1, 40, 2, 700},
                 {3, 40, 3, 3},
                 {{1, 2}, {1, 1}, {1, 0, 1, 1}, 1, {}}}),
    [](const auto& tested) { return tested.param.name; });

// 0.1 added in float sixty-four times is not 6.4; the order is bias, then taps, so this is the only right
// answer.
TEST(ConvOrder, SumsTheBiasAndThenTheTapsInOrder) {
  const Tensor x = graph::float_tensor({1, 64, 1, 1}, std::vector<float>(64, 0.1f));
  const Tensor w = graph::float_tensor({1, 64, 1, 1}, std::vector<float>(64, 1.0f));
  float expected = 1000.0f;
  for (int i = 0; i < 64; ++i) expected += 0.1f;
  expect_equal(run_op(Conv{}, {x, w, graph::float_tensor({1}, {1000.0f})}), {1, 1, 1, 1}, {expected});
}

}  // namespace
}  // namespace nawq::reference
