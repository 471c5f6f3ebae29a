#include "graph/recipe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nawq::graph {
namespace {

TEST(CodeFormat, SpansTheRangeAndHoldsZeroExactly) {
  EXPECT_EQ(code_format(-1, 4.1, 8), (CodeFormat{8, 0.02f, 50}));
  EXPECT_EQ(code_format(0, 255, 8), (CodeFormat{8, 1.0f, 0}));
  EXPECT_EQ(code_format(0, 65535, 16), (CodeFormat{16, 1.0f, 0}));
  EXPECT_EQ(code_format(-255, 0, 8), (CodeFormat{8, 1.0f, 255}));
}

TEST(CodeFormat, ARangeOnOneSideOfZeroIsWidenedToIt) {
  EXPECT_EQ(code_format(100, 255, 8), code_format(0, 255, 8));
  EXPECT_EQ(code_format(-510, -20, 8), code_format(-510, 0, 8));
}

TEST(CodeFormat, NothingButZeroHasScaleOne) {
  EXPECT_EQ(code_format(0, 0, 8), (CodeFormat{8, 1.0f, 0}));
  EXPECT_EQ(code_format(-0.0, 0, 16), (CodeFormat{16, 1.0f, 0}));
}

TEST(CodeFormat, TheZeroPointComesFromTheRoundedScale) {
  const double min = -0.7, max = 1.9;
  const CodeFormat format = code_format(min, max, 16);
  EXPECT_EQ(format.scale, static_cast<float>((max - min) / 65535));
  EXPECT_EQ(format.zero_point, std::lrint(-min / double{format.scale}));
}

TEST(CodeFormat, TheSmallestRangesKeepAReciprocal) {
  const CodeFormat format = code_format(0, 1e-44, 16);
  EXPECT_GT(format.scale, 0);
  EXPECT_TRUE(std::isfinite(1 / format.scale));
}

TEST(BiasCode, IsTheNearestMultipleOfBothScales) {
  EXPECT_EQ(bias_code(1.0f, 0.5f, 0.25f), 8);
  EXPECT_EQ(bias_code(1.05f, 0.5f, 0.25f), 8);
  EXPECT_EQ(bias_code(-1.1f, 0.5f, 0.25f), -9);
  EXPECT_EQ(bias_code(0.0f, 0.5f, 0.25f), 0);
}

TEST(BiasCode, TiesGoToTheEvenCode) {
  EXPECT_EQ(bias_code(0.5f, 1, 1), 0);
  EXPECT_EQ(bias_code(1.5f, 1, 1), 2);
  EXPECT_EQ(bias_code(-2.5f, 1, 1), -2);
}

TEST(BiasCode, StaysWithin32Bits) {
  EXPECT_EQ(bias_code(1e9f, 1e-5f, 1e-5f), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(bias_code(-1e9f, 1e-5f, 1e-5f), -std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(bias_code(std::numeric_limits<float>::infinity(), 1, 1),
            std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(bias_code(std::nanf(""), 1, 1), 0);
}

TEST(BiasCode, RoundingTwiceIsRoundingOnce) {
  for (const float bias : {0.1f, -3.7f, 123.456f, -9e3f, 1.4e4f}) {
    const float input_scale = 0.00371f, weight_scale = 0.0019f;
    const float once = rounded_bias(bias, input_scale, weight_scale);
    EXPECT_NEAR(once, bias, std::abs(bias) * 1e-6 + 0.5 * input_scale * weight_scale);
    EXPECT_EQ(rounded_bias(once, input_scale, weight_scale), once);
  }
}

}  // namespace
}  // namespace nawq::graph
