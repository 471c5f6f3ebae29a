#include "reference/half.h"

#include <gtest/gtest.h>

namespace nawq::reference {
namespace {

TEST(NearestHalf, KeepsWhatBinary16Has) {
  for (const float value :
       {0.0f, -0.0f, 1.0f, -1.5f, 255.0f, 2048.0f, 65504.0f, 0x1p-14f, 0x1p-24f, -0x3p-24f, 0x1.ffcp0f})
    EXPECT_EQ(std::bit_cast<std::uint32_t>(nearest_half(value)), std::bit_cast<std::uint32_t>(value))
        << value;
}

TEST(NearestHalf, RoundsToTheNearestTiesToEven) {
  EXPECT_EQ(nearest_half(1 + 0x1p-11f), 1);
  EXPECT_EQ(nearest_half(1 + 0x1.8p-11f), 1 + 0x1p-10f);
  EXPECT_EQ(nearest_half(1 + 0x3p-11f), 1 + 0x1p-9f);
  EXPECT_EQ(nearest_half(-2049), -2048);
  EXPECT_EQ(nearest_half(-2051), -2052);
  EXPECT_EQ(nearest_half(0x1.ffep0f), 2) << "the carry goes into the exponent";
  EXPECT_EQ(nearest_half(0.1f), 0.0999755859375f);
}

TEST(NearestHalf, HasSubnormalNumbers) {
  EXPECT_EQ(nearest_half(0x1p-25f), 0);
  EXPECT_EQ(nearest_half(0x1.8p-25f), 0x1p-24f);
  EXPECT_EQ(nearest_half(-0x5p-25f), -0x1p-23f);
  EXPECT_EQ(nearest_half(0x1.fffp-15f), 0x1p-14f);
}

TEST(NearestHalf, HasNothingAbove65504ButInfinity) {
  EXPECT_EQ(nearest_half(65519), 65504);
  EXPECT_EQ(nearest_half(65520), std::numeric_limits<float>::infinity());
  EXPECT_EQ(nearest_half(-1e9f), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(nearest_half(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
}  // namespace nawq::reference
