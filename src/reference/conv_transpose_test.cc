#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::ConvTranspose;
using graph::Shape;
using graph::Tensor;

struct TransposeCase {
  std::string name;
  Shape x, weights;
  ConvTranspose op;
  bool bias = true;
};

// The definition: every input pixel adds its filter to the output, in double.
std::vector<double> naive_transpose(const ConvTranspose& op, const Tensor& x, const Tensor& w,
                                    const Tensor* bias, const Shape& out) {
  const std::int64_t plane = out[2] * out[3], outs_per_group = w.shape[1];
  std::vector<double> result(static_cast<std::size_t>(out[1] * plane));
  for (std::size_t i = 0; bias && i < result.size(); ++i)
    result[i] = double{bias->floats[i / static_cast<std::size_t>(plane)]};
  std::size_t at = 0;
  for (std::int64_t c = 0; c < x.shape[1]; ++c)
    for (std::int64_t y = 0; y < x.shape[2]; ++y)
      for (std::int64_t col = 0; col < x.shape[3]; ++col, ++at)
        for (std::int64_t o = 0; o < outs_per_group; ++o)
          for (std::int64_t ky = 0; ky < w.shape[2]; ++ky)
            for (std::int64_t kx = 0; kx < w.shape[3]; ++kx) {
              const std::int64_t ty = y * op.stride.h + ky * op.dilation.h - op.pads.top;
              const std::int64_t tx = col * op.stride.w + kx * op.dilation.w - op.pads.left;
              if (ty < 0 || ty >= out[2] || tx < 0 || tx >= out[3]) continue;
              const std::int64_t to = c / (x.shape[1] / op.groups) * outs_per_group + o;
              const auto weight =
                  static_cast<std::size_t>(((c * outs_per_group + o) * w.shape[2] + ky) * w.shape[3] + kx);
              result[static_cast<std::size_t>(to * plane + ty * out[3] + tx)] +=
                  double{x.floats[at]} * double{w.floats[weight]};
            }
  return result;
}

class ConvTransposeTest : public testing::TestWithParam<TransposeCase> {
 protected:
  std::vector<Tensor> operands() const {
    std::vector<Tensor> all{random_tensor(GetParam().x, 1), random_tensor(GetParam().weights, 2)};
    if (GetParam().bias) all.push_back(random_tensor({GetParam().weights[1] * GetParam().op.groups}, 3));
    return all;
  }
};

TEST_P(ConvTransposeTest, EqualsTheDefinition) {
  const std::vector<Tensor> in = operands();
  const Tensor y = run_op(GetParam().op, in);
  ASSERT_EQ(y.shape.size(), 4u);
  expect_near(y, y.shape,
              naive_transpose(GetParam().op, in[0], in[1], GetParam().bias ? &in[2] : nullptr, y.shape),
              2e-5);
}

TEST_P(ConvTransposeTest, HasTheSameBitsForAnyNumberOfThreads) {
  expect_same_bits_for_any_team(GetParam().op, operands());
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ConvTransposeTest,
    testing::Values(
        TransposeCase{
            "twice_as_large", {1, 3, 4, 5}, {3, 4, 4, 4}, {{2, 2}, {1, 1}, {1, 1, 1, 1}, {0, 0}, 1}},
        TransposeCase{"fsrcnn_tail", {1, 5, 6, 7}, {5, 1, 9, 9}, {{4, 4}, {1, 1}, {4, 4, 4, 4}, {3, 3}, 1}},
        TransposeCase{"stride_beyond_the_kernel",
                      {1, 2, 3, 4},
                      {2, 3, 2, 1},
                      {{4, 3}, {1, 1}, {0, 0, 0, 0}, {1, 2}, 1}},
        TransposeCase{"dilated", {1, 2, 5, 4}, {2, 3, 3, 3}, {{3, 2}, {2, 3}, {2, 1, 0, 3}, {1, 0}, 1}},
        TransposeCase{"grouped", {1, 6, 4, 3}, {6, 2, 3, 3}, {{2, 1}, {1, 1}, {1, 0, 2, 1}, {0, 0}, 3}},
        TransposeCase{"without_bias", {1, 3, 1, 1}, {3, 2, 3, 3}, {}, false},
        TransposeCase{"cropped_to_less_than_a_stride",
                      {1, 2, 2, 2},
                      {2, 2, 5, 5},
                      {{5, 5}, {1, 1}, {3, 4, 4, 4}, {0, 0}, 1}},
        TransposeCase{"rows_wider_than_a_tile",
                      {1, 2, 2, 700},
                      {2, 3, 3, 3},
                      {{2, 2}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace nawq::reference
