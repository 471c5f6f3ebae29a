#include "onnx/window.h"

#include <gtest/gtest.h>

namespace nawq::onnx {
namespace {

using AutoPad = WindowAttributes::AutoPad;

TEST(Window, SamePaddingPutsTheOddElementBehindOrBefore) {
  const Window window{4, 1, 1};  // total padding of 3
  const Pads upper = automatic_pads(window, AutoPad::kSameUpper, 10);
  EXPECT_EQ(upper.before, 1);
  EXPECT_EQ(upper.after, 2);
  const Pads lower = automatic_pads(window, AutoPad::kSameLower, 10);
  EXPECT_EQ(lower.before, 2);
  EXPECT_EQ(lower.after, 1);
}

TEST(Window, SamePaddingGivesTheRoundedUpQuotientOfPositions) {
  for (std::int64_t extent = 1; extent < 40; ++extent)
    for (std::int64_t kernel = 1; kernel < 6; ++kernel)
      for (std::int64_t stride = 1; stride < 5; ++stride)
        for (std::int64_t dilation = 1; dilation < 4; ++dilation) {
          const Window window{kernel, stride, dilation};
          const Pads pads = automatic_pads(window, AutoPad::kSameUpper, extent);
          const std::int64_t room = extent + pads.before + pads.after - window.span();
          ASSERT_GE(room, 0);
          ASSERT_EQ(room / stride + 1, (extent + stride - 1) / stride)
              << extent << ' ' << kernel << ' ' << stride;
        }
}

TEST(Window, ValidPaddingIsNone) {
  const Pads pads = automatic_pads({3, 2, 1}, AutoPad::kValid, 10);
  EXPECT_EQ(pads.before + pads.after, 0);
}

TEST(Window, CeilModeCompletesTheLastWindow) {
  EXPECT_EQ(ceil_mode_extra({2, 2, 1}, 5, {0, 0}), 1);  // windows at 0, 2, 4
  EXPECT_EQ(ceil_mode_extra({2, 2, 1}, 6, {0, 0}), 0);
  EXPECT_EQ(ceil_mode_extra({3, 3, 1}, 10, {1, 1}), 0);  // windows at -1, 2, 5, 8
  EXPECT_EQ(ceil_mode_extra({3, 3, 1}, 12, {1, 1}), 1);  // and 11
}

TEST(Window, CeilModeDropsAWindowThatWouldBeginBehindThePicture) {
  // Windows at -1, 2, 5 and 8; one at 11 would read nothing but padding.
  EXPECT_EQ(ceil_mode_extra({3, 3, 1}, 11, {1, 1}), 0);
}

}  // namespace
}  // namespace nawq::onnx
