// The float32 functions against libm in double. Their bits on other instruction sets are pointwise_test's.
#include "kernels/real_functions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/simd/lane.h"

namespace nawq::kernels {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

float ours(Function function, float x) {
  return RealFunctions<Lane>::value(
      {.kind = StepKind::kFunction, .function = function, .alpha = 0.25f, .beta = 0.5f}, x);
}

double exact(Function function, double x) {
  constexpr double kRootTwoOverPi = 0.79788456080286535588;
  const double hard = std::fmin(std::fmax(0.25 * x + 0.5, 0), 1);
  switch (function) {
    case Function::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Function::kTanh:
      return std::tanh(x);
    case Function::kGelu:
      return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case Function::kGeluTanh:
      return x / (1 + std::exp(-2 * kRootTwoOverPi * (x + 0.044715 * x * x * x)));
    case Function::kHardSigmoid:
      return hard;
    case Function::kHardSwish:
      return x * hard;
    case Function::kElu:
      return x < 0 ? 0.25 * std::expm1(x) : x;
  }
  return kNan;
}

constexpr Function kAll[] = {Function::kSigmoid,  Function::kTanh,        Function::kGelu,
                             Function::kGeluTanh, Function::kHardSigmoid, Function::kHardSwish,
                             Function::kElu};

TEST(RealFunctions, AreWithinThreeTenMillionthsOfTheExactValue) {
  for (const Function function : kAll)
    for (float x = -30; x < 30; x += 1.0f / 1024) {
      const double expected = exact(function, x);
      ASSERT_NEAR(ours(function, x), expected, 3e-7 * std::fmax(1, std::fabs(expected)))
          << static_cast<int>(function) << " of " << x;
    }
}

TEST(RealFunctions, KeepTheirRelativePrecisionNearZero) {
  for (const Function function : {Function::kTanh, Function::kGelu, Function::kGeluTanh, Function::kElu})
    for (const float x : {1e-30f, 1e-6f, 1e-3f, -1e-30f, -1e-6f, -1e-3f, 0.1f, -0.1f}) {
      const double expected = exact(function, x);
      EXPECT_NEAR(ours(function, x) / expected, 1, 5e-7) << static_cast<int>(function) << " of " << x;
    }
}

TEST(RealFunctions, SigmoidKeepsItsRelativePrecisionFarBelowZero) {
  for (float x = -80; x < 0; x += 0.37f)
    EXPECT_NEAR(ours(Function::kSigmoid, x) / exact(Function::kSigmoid, x), 1, 4e-7) << x;
}

TEST(RealFunctions, SaturateAtInfinity) {
  EXPECT_EQ(ours(Function::kSigmoid, kInfinity), 1);
  EXPECT_NEAR(ours(Function::kSigmoid, -kInfinity), 0, 1e-30);
  EXPECT_EQ(ours(Function::kTanh, kInfinity), 1);
  EXPECT_EQ(ours(Function::kTanh, -kInfinity), -1);
  for (const Function function : {Function::kGelu, Function::kGeluTanh, Function::kElu, Function::kHardSwish})
    EXPECT_EQ(ours(function, kInfinity), kInfinity) << static_cast<int>(function);
  for (const Function function : {Function::kGelu, Function::kGeluTanh})
    EXPECT_NEAR(ours(function, -kInfinity), 0, 1e-15) << static_cast<int>(function);
  EXPECT_EQ(ours(Function::kElu, -kInfinity), -0.25f);
}

TEST(RealFunctions, KeepNanButForTheClippedOne) {
  for (const Function function : kAll) {
    if (function == Function::kHardSigmoid)
      EXPECT_EQ(ours(function, kNan), 0);
    else
      EXPECT_TRUE(std::isnan(ours(function, kNan))) << static_cast<int>(function);
  }
}

}  // namespace
}  // namespace nawq::kernels
