#include "session/picture_tensor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nawq::session {
namespace {

NetworkInfo network(InputRange range, ColourOrder colour) {
  NetworkInfo info;
  info.scale = 1;
  info.channels = 3;
  info.input_range = range;
  info.colour = colour;
  return info;
}

// Every pixel different, every channel different.
Image gradient(int channels, int bits) {
  Image image = *Image::create(5, 3, channels, bits);
  int value = 0;
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 5; ++x)
      for (int c = 0; c < channels; ++c) image.set_sample(x, y, c, value++ * (bits == 8 ? 5 : 1301) % 65536);
  return image;
}

class RoundTrip : public testing::TestWithParam<std::tuple<InputRange, ColourOrder, int>> {};

TEST_P(RoundTrip, PicturesComeBackUnchanged) {
  const auto [range, colour, bits] = GetParam();
  const NetworkInfo info = network(range, colour);
  const Image image = gradient(3, bits);
  const auto back = from_colour_tensor(to_colour_tensor(image, info), info, {5, 3}, bits);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, image);
}

INSTANTIATE_TEST_SUITE_P(All, RoundTrip,
                         testing::Combine(testing::Values(InputRange::kUnit, InputRange::kByte),
                                          testing::Values(ColourOrder::kRgb, ColourOrder::kBgr),
                                          testing::Values(8, 16)));

TEST(PictureTensor, WhiteIsTheRangeAndBgrStartsWithBlue) {
  Image image = *Image::create(1, 1, 3, 8);
  image.set_sample(0, 0, 2, 255);
  EXPECT_EQ(to_colour_tensor(image, network(InputRange::kByte, ColourOrder::kBgr)).floats,
            (std::vector<float>{255, 0, 0}));
  EXPECT_EQ(to_colour_tensor(image, network(InputRange::kUnit, ColourOrder::kRgb)).floats,
            (std::vector<float>{0, 0, 1}));
}

TEST(PictureTensor, OutputIsRoundedToEvenAndClampedAndNanIsBlack) {
  const auto tensor = graph::float_tensor({1, 3, 1, 2}, {0.5f, 1.5f, -3, 300, NAN, 254.4f});
  const Image image = *from_colour_tensor(tensor, network(InputRange::kByte, ColourOrder::kRgb), {2, 1}, 8);
  EXPECT_EQ(image.sample(0, 0, 0), 0);
  EXPECT_EQ(image.sample(1, 0, 0), 2);
  EXPECT_EQ(image.sample(0, 0, 1), 0);
  EXPECT_EQ(image.sample(1, 0, 1), 255);
  EXPECT_EQ(image.sample(0, 0, 2), 0);
  EXPECT_EQ(image.sample(1, 0, 2), 254);
}

TEST(PictureTensor, LumaOfBlackIs16AndOfWhite235) {
  Image image = *Image::create(2, 1, 1, 8);
  image.set_sample(1, 0, 0, 255);
  const auto tensor = to_luma_tensor(image, network(InputRange::kByte, ColourOrder::kRgb));
  EXPECT_FLOAT_EQ(tensor.floats[0], 16);
  EXPECT_FLOAT_EQ(tensor.floats[1], 235);
}

TEST(PictureTensor, UnchangedLumaLeavesTheColourAsItIs) {
  const NetworkInfo info = network(InputRange::kUnit, ColourOrder::kRgb);
  for (const int channels : {1, 3}) {
    const Image image = gradient(channels, 8);
    EXPECT_EQ(*from_luma_tensor(to_luma_tensor(image, info), info, image), image);
  }
}

TEST(PictureTensor, GreyGoesToColourAndBack) {
  const Image grey = gradient(1, 8);
  const Image rgb = *to_rgb(grey);
  EXPECT_EQ(rgb.channels(), 3);
  EXPECT_EQ(*to_grey(rgb), grey);
}

}  // namespace
}  // namespace nawq::session
