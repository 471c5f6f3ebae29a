#include "base/code_scale.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nawq {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(),
                 kNan = std::numeric_limits<double>::quiet_NaN();

TEST(CodeScale, SpreadsAllCodesOverTheRange) {
  EXPECT_EQ(code_scale(-1, 1.55, 8), (CodeScale{0.01f, 100}));
  EXPECT_EQ(code_scale(-1, 5.5535, 16), (CodeScale{1e-4f, 10000}));
}

TEST(CodeScale, WidensTheRangeToContainZero) {
  EXPECT_EQ(code_scale(2, 2.55, 8), (CodeScale{0.01f, 0}));
  EXPECT_EQ(code_scale(-2.55, -1, 8), (CodeScale{0.01f, 255}));
}

TEST(CodeScale, IsOneWhereEverythingIsZero) {
  EXPECT_EQ(code_scale(0, 0, 8), CodeScale{});
  EXPECT_EQ(code_scale(kInfinity, -kInfinity, 16), CodeScale{}) << "the range of no numbers";
}

TEST(CodeScale, HasAFiniteInverseHoweverSmallTheRange) {
  const CodeScale made = code_scale(0, 1e-44, 16);
  EXPECT_EQ(made.scale, kSmallestScale);
  EXPECT_TRUE(std::isfinite(1 / made.scale));
}

TEST(CodeScale, IsFiniteForRangesThatAreNot) {
  const CodeScale infinite = code_scale(-kInfinity, kInfinity, 8);
  EXPECT_TRUE(std::isfinite(infinite.scale));
  EXPECT_EQ(infinite.zero_point, 128);
  EXPECT_EQ(code_scale(kNan, 2.55, 8), (CodeScale{0.01f, 0}));
  EXPECT_EQ(code_scale(-2.55, kNan, 8), (CodeScale{0.01f, 255}));
}

}  // namespace
}  // namespace nawq
