#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::MatMul;
using graph::Tensor;

std::vector<double> naive_product(const float* a, const float* b, std::int64_t rows, std::int64_t depth,
                                  std::int64_t columns) {
  std::vector<double> out;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < depth; ++k) sum += double{a[i * depth + k]} * double{b[k * columns + j]};
      out.push_back(sum);
    }
  return out;
}

TEST(MatMul, EqualsTheDefinition) {
  const Tensor a = random_tensor({19, 37}, 1), b = random_tensor({37, 301}, 2);
  expect_near(run_op(MatMul{}, {a, b}), {19, 301},
              naive_product(a.floats.data(), b.floats.data(), 19, 37, 301), 2e-5);
  expect_same_bits_for_any_team(MatMul{}, {a, b});
}

TEST(MatMul, BatchesBroadcast) {
  const Tensor a = random_tensor({2, 1, 3, 4}, 1), b = random_tensor({3, 4, 5}, 2);
  std::vector<double> expected;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const auto product = naive_product(a.floats.data() + i * 12, b.floats.data() + j * 20, 3, 4, 5);
      expected.insert(expected.end(), product.begin(), product.end());
    }
  expect_near(run_op(MatMul{}, {a, b}), {2, 3, 3, 5}, expected, 1e-6);
}

}  // namespace
}  // namespace nawq::reference
