#include "quantize/estimate_ranges.h"

#include <gtest/gtest.h>

namespace nawq::quantize {
namespace {

using Numbers = std::vector<float>;

// Pictures with extremes -1..2 and -3..10, in two parts each.
Observations two_pictures() {
  Observations seen;
  TensorObservation& tensor = seen["t"];
  tensor.add(Numbers{-1, 0.5f});
  tensor.add(Numbers{2, 1});
  tensor.end_picture();
  tensor.add(Numbers{10});
  tensor.add(Numbers{-3, 4});
  tensor.end_picture();
  return seen;
}

TEST(EstimateRanges, MinMaxHoldsAllPictures) {
  EXPECT_EQ(estimate_ranges(two_pictures(), 8, {.estimator = RangeEstimator::kMinMax}),
            (Ranges{{"t", {-3, 10}}}));
}

TEST(EstimateRanges, BlendLiesBetweenTheMeanOfPicturesAndTheirExtremes) {
  const auto range = [](double blend) {
    return estimate_ranges(two_pictures(), 8, {.estimator = RangeEstimator::kBlend, .blend = blend}).at("t");
  };
  EXPECT_EQ(range(0), (TensorRange{-2, 6}));
  EXPECT_EQ(range(0.25), (TensorRange{-2.25, 7}));
  EXPECT_EQ(range(1), (TensorRange{-3, 10}));
}

TEST(EstimateRanges, PercentilesAndLeastErrorComeFromTheDistribution) {
  Observations seen = two_pictures();
  for (int i = 0; i < 1000; ++i) seen["t"].add(Numbers{1});
  const Histogram& histogram = seen["t"].histogram();
  EXPECT_EQ(estimate_ranges(seen, 8, {.estimator = RangeEstimator::kPercentile, .left_out = 0.01}).at("t"),
            histogram.percentile_range(0.01));
  EXPECT_EQ(estimate_ranges(seen, 8, {.estimator = RangeEstimator::kLeastError}).at("t"),
            histogram.least_error_range(8));
}

TEST(EstimateRanges, SixteenBitsHaveHeadroomAboutZero) {
  for (const RangeEstimator estimator : {RangeEstimator::kBlend, RangeEstimator::kPercentile})
    EXPECT_EQ(estimate_ranges(two_pictures(), 16, {.estimator = estimator}), (Ranges{{"t", {-6, 20}}}));
  EXPECT_EQ(estimate_ranges(two_pictures(), 16, {.headroom16 = 1}), (Ranges{{"t", {-3, 10}}}));
}

TEST(EstimateRanges, WhatMustBeHeldIsHeldAtAnyWordlength) {
  Observations seen = two_pictures();
  seen["t"].must_hold({-2.5, 30});
  for (const RangeEstimator estimator : {RangeEstimator::kBlend, RangeEstimator::kMinMax,
                                         RangeEstimator::kPercentile, RangeEstimator::kLeastError}) {
    const TensorRange range = estimate_ranges(seen, 8, {.estimator = estimator, .left_out = 0.2}).at("t");
    EXPECT_LE(range.min, -2.5);
    EXPECT_EQ(range.max, 30);
  }
  EXPECT_EQ(estimate_ranges(seen, 16, {}).at("t"), (TensorRange{-6, 30}));
}

TEST(EstimateRanges, EndingAPictureWithoutNumbersChangesNothing) {
  Observations seen = two_pictures();
  seen["t"].end_picture();
  EXPECT_EQ(seen["t"].mean_extremes(), (TensorRange{-2, 6}));
  EXPECT_EQ(TensorObservation().mean_extremes(), TensorRange{});
}

TEST(ClipRates, AreSharesOfHeldOutNumbersOutsideTheRanges) {
  Observations held_out;
  Numbers numbers(1000, 1.0f);
  for (std::size_t i = 0; i < 30; ++i) numbers[i] = i < 10 ? -9.0f : 50.0f;
  held_out["t"].add(numbers);
  held_out["unknown"].add(numbers);
  const auto rates = clip_rates(held_out, {{"t", {-3, 10}}, {"unseen", {0, 1}}});
  ASSERT_EQ(rates.size(), 1u);
  EXPECT_NEAR(rates.at("t"), 0.03, 1e-9);
  EXPECT_EQ(clip_rates(held_out, {{"t", {-9, 50}}}).at("t"), 0);
}

}  // namespace
}  // namespace nawq::quantize
