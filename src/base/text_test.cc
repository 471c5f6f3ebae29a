#include "base/text.h"

#include <gtest/gtest.h>

namespace nawq {
namespace {

TEST(Text, ConcatJoinsWordsAndNumbersInTheirShortestForm) {
  EXPECT_EQ(concat("scale ", 4, " of '", std::string("tiny"), "' at ", 0.1f, 'x'),
            "scale 4 of 'tiny' at 0.1x");
}

TEST(Text, FixedRoundsToTheStatedDecimals) {
  EXPECT_EQ(fixed(31.0987, 2), "31.10");
  EXPECT_EQ(fixed(-0.5, 0), "-0");
  EXPECT_EQ(fixed(1e300, 1).size(), 303u);
}

TEST(Text, BytesUseTheLargestUnitThatKeepsThemAboveOne) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(3221225472.0), "3.0 GiB");
}

}  // namespace
}  // namespace nawq
