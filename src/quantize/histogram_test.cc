#include "quantize/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace nawq::quantize {
namespace {

// Bell-shaped around 0 with a standard deviation of 1: sums of twelve uniform numbers.
std::vector<float> bell(std::size_t count, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    for (int i = 0; i < 12; ++i) value += static_cast<float>(random() >> 8) * 0x1p-24f;
    value -= 6;
  }
  return values;
}

Histogram of(const std::vector<float>& values) {
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

double share_outside(const std::vector<float>& values, double low, double high) {
  const auto outside =
      std::ranges::count_if(values, [&](float v) { return double{v} < low || double{v} > high; });
  return static_cast<double>(outside) / static_cast<double>(values.size());
}

// Mean square of what codes of `bits` over the range do to the values.
double mean_square_error(const std::vector<float>& values, const TensorRange& range, int bits) {
  const double step = (range.max - range.min) / (std::ldexp(1.0, bits) - 1);
  double sum = 0;
  for (const float value : values) {
    const double code = std::nearbyint(std::clamp(double{value}, range.min, range.max) / step) * step;
    sum += (code - double{value}) * (code - double{value});
  }
  return sum / static_cast<double>(values.size());
}

TEST(Histogram, KnowsExtremesExactly) {
  const Histogram seen = of({0.1f, -3.25f, 7.77f, 2});
  EXPECT_EQ(seen.extremes(), (TensorRange{-3.25, double{7.77f}}));
  EXPECT_EQ(seen.count(), 4);
  EXPECT_EQ(Histogram().extremes(), TensorRange{});
}

TEST(Histogram, SharesOutsideARangeAreThoseOfTheNumbers) {
  const auto values = bell(100000);
  const Histogram seen = of(values);
  for (const double edge : {0.5, 1.0, 2.5, 4.0})
    EXPECT_NEAR(seen.share_outside({-edge, 2 * edge}), share_outside(values, -edge, 2 * edge), 2e-4) << edge;
  EXPECT_EQ(seen.share_outside(seen.extremes()), 0);
  EXPECT_EQ(seen.share_outside({-100, 100}), 0);
  EXPECT_NEAR(seen.share_outside({100, 101}), 1, 1e-9);
}

TEST(Histogram, OrderAndPiecesChangeNothing) {
  auto values = bell(5000);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] *= std::ldexp(1.0f, static_cast<int>(i % 30) - 15);
  const Histogram whole = of(values);
  std::ranges::reverse(values);
  Histogram pieces;
  for (std::size_t i = 0; i < values.size(); i += 7)
    pieces.add(std::span(values).subspan(i, std::min<std::size_t>(7, values.size() - i)));
  for (const double edge : {0.001, 0.5, 10.0, 1000.0, 20000.0}) {
    EXPECT_EQ(whole.share_outside({-edge, edge}), pieces.share_outside({-edge, edge})) << edge;
  }
  EXPECT_EQ(whole.percentile_range(0.01), pieces.percentile_range(0.01));
  EXPECT_EQ(whole.least_error_range(8), pieces.least_error_range(8));
}

TEST(Histogram, AddedTogetherAreThatOfAllNumbers) {
  auto small = bell(3000, 2), large = bell(3000, 3);
  for (float& value : large) value = value * 1000 + 500;
  std::vector<float> all = small;
  all.insert(all.end(), large.begin(), large.end());
  for (const bool small_first : {true, false}) {
    Histogram sum = of(small_first ? small : large);
    sum.add(of(small_first ? large : small));
    EXPECT_EQ(sum.count(), 6000);
    EXPECT_EQ(sum.extremes(), of(all).extremes());
    EXPECT_EQ(sum.percentile_range(0.02), of(all).percentile_range(0.02));
    EXPECT_EQ(sum.least_error_range(8), of(all).least_error_range(8));
  }
  Histogram empty;
  empty.add(Histogram());
  EXPECT_EQ(empty.count(), 0);
  empty.add(of(small));
  EXPECT_EQ(empty.percentile_range(0.02), of(small).percentile_range(0.02));
}

TEST(Histogram, PercentilesLeaveOutTheirShareAtEitherEnd) {
  const auto values = bell(100000);
  const TensorRange range = of(values).percentile_range(0.01);
  EXPECT_NEAR(share_outside(values, range.min, 1e9), 0.01, 1e-3);
  EXPECT_NEAR(share_outside(values, -1e9, range.max), 0.01, 1e-3);
  EXPECT_EQ(of(values).percentile_range(0), of(values).extremes());
}

TEST(Histogram, RangesHoldZeroAndNothingBeyondTheExtremes) {
  const Histogram above = of({3, 4, 5});
  EXPECT_EQ(above.percentile_range(0).min, 0);
  EXPECT_EQ(above.least_error_range(8).min, 0);
  EXPECT_NEAR(above.least_error_range(8).max, 5, 0.01);
  const Histogram below = of({-3, -4, -5});
  EXPECT_EQ(below.percentile_range(0).max, 0);
  EXPECT_EQ(below.least_error_range(8).max, 0);
  EXPECT_NEAR(below.least_error_range(8).min, -5, 0.01);
  EXPECT_EQ(of({0, 0, 0}).least_error_range(8), TensorRange{});
}

TEST(Histogram, TheLeastErrorRangeIsAboutTheBestThereIs) {
  auto values = bell(50000);
  for (std::size_t i = 0; i < 20; ++i) values[i] *= 8;  // outliers
  for (const int bits : {4, 8}) {
    const TensorRange range = of(values).least_error_range(bits);
    const double error = mean_square_error(values, range, bits);
    for (const double low : {0.85, 0.95, 1.05, 1.15})
      for (const double high : {0.85, 0.95, 1.05, 1.15})
        EXPECT_LT(error, mean_square_error(values, {range.min * low, range.max * high}, bits) * 1.03);
    EXPECT_LT(error, mean_square_error(values, of(values).extremes(), bits) * (bits == 4 ? 0.5 : 0.95))
        << bits;
  }
}

TEST(Histogram, ZerosCostNoRounding) {
  // Behind a ReLU most numbers are 0: the few others decide.
  auto values = bell(20000);
  for (float& value : values) value = std::max(value, 0.0f);
  const TensorRange range = of(values).least_error_range(4);
  auto positive = values;
  std::erase(positive, 0.0f);
  EXPECT_EQ(range, of(positive).least_error_range(4));
  EXPECT_LT(range.max, of(values).extremes().max);
}

TEST(Histogram, SixteenBitsHaveNoReasonToClip) {
  const auto values = bell(20000);
  const TensorRange range = of(values).least_error_range(16), extremes = of(values).extremes();
  EXPECT_NEAR(range.min, extremes.min, 0.02 * (extremes.max - extremes.min));
  EXPECT_NEAR(range.max, extremes.max, 0.02 * (extremes.max - extremes.min));
}

TEST(Histogram, WhatIsNotFiniteIsCountedApart) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = INFINITY;
  Histogram seen;
  const std::vector<float> values{1, kNan, -2, kInfinity, -kInfinity};
  EXPECT_EQ(seen.add(values), (TensorRange{-2, 1}));
  EXPECT_EQ(seen.count(), 2);
  EXPECT_EQ(seen.not_finite(), 3);
  EXPECT_EQ(seen.extremes(), (TensorRange{-2, 1}));
  EXPECT_FALSE(seen.add(std::vector<float>{kNan}).has_value());
}

TEST(Histogram, TakesTheSmallestAndLargestNumbers) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  constexpr float kDenormal = std::numeric_limits<float>::denorm_min();
  Histogram seen = of({kDenormal, -kDenormal, 0});
  EXPECT_EQ(seen.extremes(), (TensorRange{-double{kDenormal}, double{kDenormal}}));
  seen.add(std::vector<float>{kLargest, -kLargest});
  EXPECT_EQ(seen.count(), 5);
  EXPECT_NEAR(seen.least_error_range(8).max / double{kLargest}, 1, 0.01);
}

}  // namespace
}  // namespace nawq::quantize
