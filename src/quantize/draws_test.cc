#include "quantize/draws.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nawq::quantize {
namespace {

// The ten thousandth number of the standard's engine, by the standard.
TEST(Draws, AreTheSameEverywhere) {
  Draws draws(5489);
  for (int i = 0; i < 9999; ++i) draws.coin();
  EXPECT_EQ(draws.unit(), static_cast<double>(9981545732273789042u >> 11) * 0x1p-53);
}

TEST(Draws, BelowReachesEveryNumberAboutAsOften) {
  Draws draws(1);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 7000; ++i) ++counts[draws.below(7)];
  EXPECT_GT(*std::ranges::min_element(counts), 880);
  EXPECT_LT(*std::ranges::max_element(counts), 1120);
}

TEST(Draws, ShufflingKeepsWhatThereIs) {
  std::vector<int> items{1, 2, 3, 4, 5, 6, 7, 8};
  Draws(3).shuffle(items);
  EXPECT_FALSE(std::ranges::is_sorted(items));
  std::ranges::sort(items);
  EXPECT_EQ(items, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace
}  // namespace nawq::quantize
