#include <limits>

#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::Pool;
using graph::PoolKind;
using graph::Tensor;

struct PoolCase {
  std::string name;
  Pool op;
};

class PoolTest : public testing::TestWithParam<PoolCase> {};

std::vector<double> naive_pool(const Pool& op, const Tensor& x, const graph::Shape& out) {
  const std::int64_t height = x.shape[2], width = x.shape[3];
  std::vector<double> result;
  for (std::int64_t c = 0; c < out[1]; ++c)
    for (std::int64_t y = 0; y < out[2]; ++y)
      for (std::int64_t col = 0; col < out[3]; ++col) {
        double best = -std::numeric_limits<double>::infinity(), sum = 0, counted = 0;
        for (std::int64_t ky = 0; ky < op.kernel.h; ++ky)
          for (std::int64_t kx = 0; kx < op.kernel.w; ++kx) {
            const std::int64_t sy = y * op.stride.h + ky * op.dilation.h - op.pads.top;
            const std::int64_t sx = col * op.stride.w + kx * op.dilation.w - op.pads.left;
            const auto& grown = op.counted_pads;
            if (sy >= -grown.top && sy < height + grown.bottom && sx >= -grown.left &&
                sx < width + grown.right)
              ++counted;
            if (sy < 0 || sy >= height || sx < 0 || sx >= width) continue;
            const double value = x.floats[static_cast<std::size_t>((c * height + sy) * width + sx)];
            best = std::max(best, value);
            sum += value;
          }
        result.push_back(op.kind == PoolKind::kMax ? best : sum / counted);
      }
  return result;
}

TEST_P(PoolTest, EqualsTheDefinition) {
  const Tensor x = random_tensor({1, 3, 11, 9}, 4), y = run_op(GetParam().op, {x});
  ASSERT_EQ(y.shape.size(), 4u);
  expect_near(y, y.shape, naive_pool(GetParam().op, x, y.shape), 1e-6);
  expect_same_bits_for_any_team(GetParam().op, {x});
}

INSTANTIATE_TEST_SUITE_P(
    Windows, PoolTest,
    testing::Values(PoolCase{"max", {PoolKind::kMax, {3, 2}, {2, 2}, {1, 1}, {1, 0, 1, 1}, {}}},
                    PoolCase{"max_dilated", {PoolKind::kMax, {3, 3}, {1, 2}, {2, 3}, {2, 3, 2, 3}, {}}},
                    PoolCase{"average_of_what_is_inside",
                             {PoolKind::kAverage, {3, 3}, {2, 3}, {1, 1}, {1, 1, 1, 1}, {}}},
                    PoolCase{"average_counting_the_padding",
                             {PoolKind::kAverage, {3, 3}, {2, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}}},
                    PoolCase{"average_counting_less_than_ceil_mode_added",
                             {PoolKind::kAverage, {4, 4}, {3, 3}, {1, 1}, {1, 1, 3, 3}, {1, 1, 1, 1}}},
                    PoolCase{"average_dilated",
                             {PoolKind::kAverage, {2, 3}, {1, 1}, {3, 2}, {0, 2, 1, 2}, {0, 2, 1, 2}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(Pool, GlobalAverageIsTheMean) {
  const Tensor x = counting_tensor({1, 2, 2, 4});
  expect_equal(run_op(Pool{PoolKind::kAverage, {2, 4}, {1, 1}, {1, 1}, {}, {}}, {x}), {1, 2, 1, 1},
               {3.5f, 11.5f});
}

}  // namespace
}  // namespace nawq::reference
