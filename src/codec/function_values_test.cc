#include "codec/function_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace nawq::codec {
namespace {

using plan::Function;

long double expected(Function function, long double alpha, long double beta, long double x) {
  const auto hard = [&] { return std::min(std::max(alpha * x + beta, 0.0L), 1.0L); };
  const long double root = std::sqrt(2 / std::numbers::pi_v<long double>);
  switch (function) {
    case Function::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Function::kTanh:
      return std::tanh(x);
    case Function::kGelu:
      return x / 2 * (1 + std::erf(x / std::numbers::sqrt2_v<long double>));
    case Function::kGeluTanh:
      return x / 2 * (1 + std::tanh(root * (x + 0.044715L * x * x * x)));
    case Function::kHardSigmoid:
      return hard();
    case Function::kHardSwish:
      return x * hard();
    case Function::kElu:
      return x < 0 ? alpha * std::expm1(x) : x;
  }
  return 0;
}

double close_to(double value) { return 1e-12 * std::max(1.0, std::abs(value)); }

std::string name_of(const testing::TestParamInfo<Function>& tested) {
  constexpr const char* kNames[] = {"Sigmoid", "Tanh", "Gelu", "GeluTanh", "HardSigmoid", "HardSwish", "Elu"};
  return kNames[static_cast<std::size_t>(tested.param)];
}

class FunctionValues : public testing::TestWithParam<Function> {};

TEST_P(FunctionValues, AreThoseOfTheMathematicalLibrary) {
  constexpr double kAlpha = 1.0 / 6, kBeta = 0.5;
  for (double x = -60; x <= 60; x += 0.0078125) {
    const double value = function_value(GetParam(), kAlpha, kBeta, x);
    ASSERT_NEAR(value, static_cast<double>(expected(GetParam(), kAlpha, kBeta, x)), close_to(x)) << x;
  }
  for (const double x : {-1e6, -800.0, -709.5, -1e-300, 0.0, 1e-300, 709.5, 800.0, 1e6}) {
    const double value = function_value(GetParam(), kAlpha, kBeta, x);
    ASSERT_NEAR(value, static_cast<double>(expected(GetParam(), kAlpha, kBeta, x)), close_to(x)) << x;
  }
}

TEST_P(FunctionValues, OfTablesAreTheRoundedValues) {
  plan::StepSpec step;
  step.kind = plan::StepKind::kTable;
  step.function = GetParam();
  step.alpha = 0.25f;
  step.beta = 0.5f;
  for (const bool in_small : {true, false})
    for (const bool out_small : {true, false}) {
      step.table_in = in_small ? plan::Quantization{plan::Format::kCode8, 0.06f, 131}
                               : plan::Quantization{plan::Format::kCode16, 0.0002f, 33000};
      step.table_out = out_small ? plan::Quantization{plan::Format::kCode8, 0.01f, 17}
                                 : plan::Quantization{plan::Format::kCode16, 0.0001f, 2000};
      const std::vector<float> table = function_table(step);
      ASSERT_EQ(table.size(), in_small ? 256u : 65536u);
      const double top = out_small ? 255 : 65535, scale = step.table_out.scale;
      const double low = -step.table_out.zero_point * scale, high = low + top * scale;
      for (std::size_t code = 0; code < table.size(); ++code) {
        const double x = (static_cast<double>(code) - step.table_in.zero_point) * double{step.table_in.scale};
        const double value = static_cast<double>(expected(step.function, step.alpha, step.beta, x));
        ASSERT_NEAR(table[code], std::clamp(value, low, high), scale * 0.5 + std::abs(value) * 1e-7) << code;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Every, FunctionValues,
                         testing::Values(Function::kSigmoid, Function::kTanh, Function::kGelu,
                                         Function::kGeluTanh, Function::kHardSigmoid, Function::kHardSwish,
                                         Function::kElu),
                         name_of);

TEST(FunctionTables, OfRisingFunctionsRise) {
  for (const Function function : {Function::kSigmoid, Function::kTanh, Function::kElu}) {
    plan::StepSpec step;
    step.function = function;
    step.alpha = 1;
    step.table_in = {plan::Format::kCode16, 0.0003f, 30000};
    step.table_out = {plan::Format::kCode16, 1.0f / 32768, 32768};
    const std::vector<float> table = function_table(step);
    EXPECT_TRUE(std::ranges::is_sorted(table));
    EXPECT_LT(table.front(), table.back());
  }
}

}  // namespace
}  // namespace nawq::codec
