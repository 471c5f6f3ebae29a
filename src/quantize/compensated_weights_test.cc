#include "quantize/compensated_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace nawq::quantize {
namespace {

using Numbers = std::vector<double>;

// Neighbours resemble each other, as pixels do: correlation^distance, variances from 1 to `spread`.
Numbers covariance_of(std::size_t taps, double correlation, double spread = 1) {
  Numbers made(taps * taps);
  const auto deviation = [&](std::size_t i) {
    return std::sqrt(std::lerp(1.0, spread, static_cast<double>(i) / static_cast<double>(taps)));
  };
  for (std::size_t r = 0; r < taps; ++r)
    for (std::size_t c = 0; c < taps; ++c)
      made[r * taps + c] =
          deviation(r) * deviation(c) * std::pow(correlation, static_cast<double>(r > c ? r - c : c - r));
  return made;
}

std::vector<float> random_weights(std::size_t count, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f;
  return values;
}

// d^T C d of a row's rounding errors d.
double squared_error(const Numbers& covariance, std::span<const float> weights,
                     std::span<const std::int8_t> codes, float scale) {
  const std::size_t taps = weights.size();
  Numbers d(taps);
  for (std::size_t i = 0; i < taps; ++i) d[i] = double{weights[i]} - double{scale} * codes[i];
  double sum = 0;
  for (std::size_t r = 0; r < taps; ++r)
    for (std::size_t c = 0; c < taps; ++c) sum += d[r] * d[c] * covariance[r * taps + c];
  return sum;
}

double total(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

TEST(CompensatedRounding, OfInputsThatResembleEachOtherErrsFarLessThanNearest) {
  constexpr std::size_t kTaps = 100, kRows = 16;
  const Numbers covariance = covariance_of(kTaps, 0.95, 4);
  const auto weights = random_weights(kTaps * kRows);
  const std::vector<float> scales(kRows, 1.0f / 127);
  const auto rounding = CompensatedRounding::create(covariance, kTaps);
  ASSERT_TRUE(rounding);
  const RoundedRows compensated = rounding->round(weights, scales);
  const RoundedRows nearest = rounding->round_to_nearest(weights, scales);
  double error = 0, nearest_error = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::span row_weights = std::span(weights).subspan(row * kTaps, kTaps);
    const auto of = [&](const RoundedRows& rounded) {
      return squared_error(covariance, row_weights, std::span(rounded.codes).subspan(row * kTaps, kTaps),
                           scales[row]);
    };
    error += of(compensated);
    nearest_error += of(nearest);
  }
  EXPECT_LT(error, nearest_error / 5);
  EXPECT_GT(error, 0);
  EXPECT_LT(total(compensated.errors), total(nearest.errors) / 4);
}

TEST(CompensatedRounding, StatesTheErrorThatItMakes) {
  constexpr std::size_t kTaps = 70;  // more than a block, and a tail
  Numbers covariance = covariance_of(kTaps, 0.8, 3);
  const auto weights = random_weights(kTaps);
  const std::vector<float> scales{1.0f / 100};
  const auto rounding = CompensatedRounding::create(covariance, kTaps);
  ASSERT_TRUE(rounding);
  double mean = 0;
  for (std::size_t i = 0; i < kTaps; ++i) mean += covariance[i * kTaps + i] / kTaps;
  for (std::size_t i = 0; i < kTaps; ++i) covariance[i * kTaps + i] += 0.01 * mean;
  for (const RoundedRows& rounded :
       {rounding->round(weights, scales), rounding->round_to_nearest(weights, scales)}) {
    const double expected = squared_error(covariance, weights, rounded.codes, scales[0]);
    EXPECT_NEAR(rounded.errors[0], expected, 1e-9 * expected);
  }
}

TEST(CompensatedRounding, OfTwoTapsPushesTheFirstErrorOntoTheSecond) {
  // Tap 1 varies more and is rounded first: 0.4 to 0, an error of 0.4. Tap 0 makes up for it with 0.4 * 0.9 /
  // (1 + damping), so that 1.3 becomes 1.65 and code 2.
  const Numbers covariance{1, 0.9, 0.9, 1.0001};
  const auto rounding = CompensatedRounding::create(covariance, 2);
  ASSERT_TRUE(rounding);
  const std::vector<float> weights{1.3f, 0.4f}, scales{1};
  EXPECT_EQ(rounding->round(weights, scales).codes, (std::vector<std::int8_t>{2, 0}));
  EXPECT_EQ(rounding->round_to_nearest(weights, scales).codes, (std::vector<std::int8_t>{1, 0}));
}

TEST(CompensatedRounding, OfIndependentInputsIsNearest) {
  constexpr std::size_t kTaps = 40;
  const auto weights = random_weights(2 * kTaps);
  const std::vector<float> scales{1.0f / 127, 1.0f / 90};
  const auto rounding = CompensatedRounding::create(covariance_of(kTaps, 0, 9), kTaps);
  ASSERT_TRUE(rounding);
  EXPECT_EQ(rounding->round(weights, scales).codes, rounding->round_to_nearest(weights, scales).codes);
}

TEST(CompensatedRounding, TapsThatNeverVaryAreRoundedToNearestAndTheOthersAsIfAlone) {
  constexpr std::size_t kTaps = 20;
  const Numbers inner = covariance_of(kTaps, 0.9);
  Numbers covariance(4 * kTaps * kTaps);  // every other tap
  for (std::size_t r = 0; r < kTaps; ++r)
    for (std::size_t c = 0; c < kTaps; ++c) covariance[2 * r * 2 * kTaps + 2 * c] = inner[r * kTaps + c];
  const auto weights = random_weights(2 * kTaps);
  std::vector<float> alone;
  for (std::size_t i = 0; i < kTaps; ++i) alone.push_back(weights[2 * i]);
  const std::vector<float> scales{1.0f / 127};
  const auto codes = CompensatedRounding::create(covariance, 2 * kTaps)->round(weights, scales).codes;
  const auto alone_codes = CompensatedRounding::create(inner, kTaps)->round(alone, scales).codes;
  for (std::size_t i = 0; i < kTaps; ++i) {
    EXPECT_EQ(codes[2 * i], alone_codes[i]);
    EXPECT_EQ(codes[2 * i + 1], std::lrint(weights[2 * i + 1] * 127));
  }
}

TEST(CompensatedRounding, HoldsCodesWithinTheirLimits) {
  constexpr std::size_t kTaps = 30;
  const auto weights = random_weights(kTaps);
  const std::vector<float> scales{1.0f / 300};
  const auto rounded = CompensatedRounding::create(covariance_of(kTaps, 0.9), kTaps)->round(weights, scales);
  const auto [least, most] = std::ranges::minmax(rounded.codes);
  EXPECT_EQ(least, -127);
  EXPECT_EQ(most, 127);
}

TEST(CompensatedRounding, SingularAndEmptyCovariancesAreDamped) {
  constexpr std::size_t kTaps = 6;
  for (const double value : {0.0, 1.0, 1e-30, 1e30}) {
    const auto rounding = CompensatedRounding::create(Numbers(kTaps * kTaps, value), kTaps);
    ASSERT_TRUE(rounding) << value;
    const std::vector<float> scales{0.5f};
    EXPECT_EQ(rounding->round(std::vector<float>(kTaps, 1.5f), scales).codes,
              std::vector<std::int8_t>(kTaps, 3));
  }
}

TEST(CompensatedRounding, ThereIsNoneForCovariancesThatAreNotFinite) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(CompensatedRounding::create(Numbers{1, value, value, 1}, 2));
}

TEST(CompensatedRounding, ZeroAndHugeRowsAreLikeOthers) {
  constexpr std::size_t kTaps = 10;
  std::vector<float> weights = random_weights(2 * kTaps);
  for (std::size_t i = 0; i < kTaps; ++i) weights[i] = 0;
  const auto rounding = CompensatedRounding::create(covariance_of(kTaps, 0.9), kTaps);
  ASSERT_TRUE(rounding);
  const auto expected = rounding->round(weights, std::vector<float>{1, 0x1p-7f}).codes;
  for (float& weight : weights) weight *= 0x1p120f;
  const RoundedRows huge = rounding->round(weights, std::vector<float>{1, 0x1p113f});
  EXPECT_EQ(huge.codes, expected);
  EXPECT_EQ(huge.errors[0], 0);
  EXPECT_TRUE(std::isfinite(huge.errors[1]));
  for (std::size_t i = 0; i < kTaps; ++i) EXPECT_EQ(huge.codes[i], 0);
}

}  // namespace
}  // namespace nawq::quantize
