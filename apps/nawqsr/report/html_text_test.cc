#include "nawqsr/report/html_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nawq::cli {
namespace {

TEST(HtmlText, MarkupIsEscaped) {
  EXPECT_EQ(escaped("a<b>&\"c\"'"), "a&#60;b&#62;&#38;&#34;c&#34;&#39;");
  EXPECT_EQ(escaped("\u00e9\u2192\U0001F600\n"), "\u00e9\u2192\U0001F600\n");
}

TEST(HtmlText, WhatIsNoTextBecomesAReplacement) {
  const std::string replaced = "\uFFFD";
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a" + replaced + "b");
  EXPECT_EQ(escaped("\x1b[1m"), replaced + "[1m");
  EXPECT_EQ(escaped("\xff"), replaced);
  EXPECT_EQ(escaped("\xc3"), replaced);                                // ends within a character
  EXPECT_EQ(escaped("\xc0\xaf"), replaced + replaced);                 // longer than need be
  EXPECT_EQ(escaped("\xed\xa0\x80"), replaced + replaced + replaced);  // half of a pair
  EXPECT_EQ(escaped("\xf4\x90\x80\x80").substr(0, 3), replaced);       // beyond the last character
}

TEST(HtmlText, NumbersThatAreNoneAreADash) {
  for (const double number : {NAN, INFINITY, -INFINITY}) {
    EXPECT_EQ(shown(number, 2), "\u2013");
    EXPECT_EQ(shown_percent(number, 2), "\u2013");
    EXPECT_EQ(shown_short(number), "\u2013");
    EXPECT_EQ(shown_seconds(number), "\u2013");
  }
}

TEST(HtmlText, NumbersAreShort) {
  EXPECT_EQ(shown(-1.25, 1), "\u22121.2");
  EXPECT_EQ(shown_percent(0.125, 1), "12.5 %");
  EXPECT_EQ(shown_short(0.012345), "0.01235");
  EXPECT_EQ(shown_short(-3e-7), "\u22123e-07");
  EXPECT_EQ(shown_seconds(0.84), "0.8 s");
  EXPECT_EQ(shown_seconds(125), "2 min 5 s");
}

}  // namespace
}  // namespace nawq::cli
