#include "plan/overflow.h"

#include <gtest/gtest.h>

namespace nawq::plan {
namespace {

// One output channel for each list of codes.
Convolution convolution(std::vector<std::vector<int>> channels) {
  Convolution made;
  for (const auto& codes : channels) {
    for (const int code : codes) made.codes.push_back(static_cast<std::int8_t>(code));
    made.bias.push_back(0);
  }
  return made;
}

// Codes of one sign whose magnitudes sum up to `sum`.
std::vector<int> codes_of_sum(int sum) {
  std::vector<int> codes;
  for (; sum > 100; sum -= 100) codes.push_back(100);
  codes.push_back(sum);
  return codes;
}

TEST(Overflow, SixteenBitSumsOfOneSignAreProvenBelow32768) {
  // 32768 * (sum + sum) < 2^31
  EXPECT_FALSE(needs_wide_sums(convolution({codes_of_sum(32767)}), Format::kCode16));
  EXPECT_TRUE(needs_wide_sums(convolution({codes_of_sum(32768)}), Format::kCode16));
}

TEST(Overflow, EightBitSumsOfOneSignAreProvenBelow2To31Over510) {
  // 255 * (sum + sum) < 2147483648: sum <= 4210752
  EXPECT_FALSE(needs_wide_sums(convolution({codes_of_sum(4210752)}), Format::kCode8));
  EXPECT_TRUE(needs_wide_sums(convolution({codes_of_sum(4210753)}), Format::kCode8));
}

TEST(Overflow, WeightsThatCancelCountByMagnitude) {
  std::vector<int> codes(653, 100);  // magnitudes sum up to 65300 and, with the next, to 65400
  for (std::size_t i = 0; i < codes.size(); i += 2) codes[i] = -100;
  EXPECT_FALSE(needs_wide_sums(convolution({codes}), Format::kCode16));  // 65300 + 100
  codes.insert(codes.end(), {100, -100, 100});
  EXPECT_TRUE(needs_wide_sums(convolution({codes}), Format::kCode16));  // 65600
}

TEST(Overflow, TheSumsSignDoesNotMatter) {
  std::vector<int> codes = codes_of_sum(32768);
  for (int& code : codes) code = -code;
  EXPECT_TRUE(needs_wide_sums(convolution({codes}), Format::kCode16));
}

TEST(Overflow, OneChannelOfManyIsEnough) {
  const std::vector<int> small(328, 1), large = codes_of_sum(32768);
  ASSERT_EQ(small.size(), large.size());
  EXPECT_FALSE(needs_wide_sums(convolution({small, small}), Format::kCode16));
  EXPECT_TRUE(needs_wide_sums(convolution({small, large}), Format::kCode16));
  EXPECT_FALSE(needs_wide_sums(convolution({small, large}), Format::kCode8));
}

}  // namespace
}  // namespace nawq::plan
