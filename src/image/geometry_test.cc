#include "image/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nawq {
namespace {

// Every sample says where it is: 100 y + 10 x + channel, which fits in 8 bits for the sizes used here.
Image numbered(std::int64_t width_px, std::int64_t height_px, int channels, int bits) {
  Image image = *Image::create(width_px, height_px, channels, bits);
  for (int y = 0; y < height_px; ++y)
    for (int x = 0; x < width_px; ++x)
      for (int c = 0; c < channels; ++c) image.set_sample(x, y, c, 100 * y + 10 * x + c);
  return image;
}

TEST(Crop, KeepsTheRectangleAndNothingElse) {
  for (const int channels : {1, 3})
    for (const int bits : {8, 16}) {
      const auto part = crop(numbered(5, 2, channels, bits), 2, 1, 3, 1);
      ASSERT_TRUE(part);
      ASSERT_EQ(part->width_px(), 3);
      ASSERT_EQ(part->height_px(), 1);
      for (int x = 0; x < 3; ++x)
        for (int c = 0; c < channels; ++c) EXPECT_EQ(part->sample(x, 0, c), 100 + 10 * (x + 2) + c);
    }
}

TEST(Crop, OfEverythingIsThePicture) {
  const Image image = numbered(5, 2, 3, 8);
  EXPECT_EQ(*crop(image, 0, 0, 5, 2), image);
}

TEST(Crop, RefusesWhatReachesOutside) {
  const Image image = numbered(5, 2, 3, 8);
  EXPECT_EQ(crop(image, 3, 0, 3, 1).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(crop(image, 0, 1, 1, 2).error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(crop(image, -1, 0, 1, 1));
  EXPECT_FALSE(crop(image, 0, 0, 0, 1));
  EXPECT_FALSE(crop(image, INT64_MAX, 0, INT64_MAX, 1));
}

TEST(PadEdge, RepeatsTheLastColumnAndTheLastRow) {
  for (const int channels : {1, 3})
    for (const int bits : {8, 16}) {
      const auto padded = pad_edge(numbered(3, 2, channels, bits), 6, 4);
      ASSERT_TRUE(padded);
      ASSERT_EQ(padded->width_px(), 6);
      ASSERT_EQ(padded->height_px(), 4);
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 6; ++x)
          for (int c = 0; c < channels; ++c)
            EXPECT_EQ(padded->sample(x, y, c), 100 * std::min(y, 1) + 10 * std::min(x, 2) + c);
    }
}

TEST(PadEdge, IsUndoneByACrop) {
  const Image image = numbered(1, 1, 3, 8);
  EXPECT_EQ(*crop(*pad_edge(image, 16, 9), 0, 0, 1, 1), image);
}

TEST(PadEdge, RefusesToShrink) {
  EXPECT_EQ(pad_edge(numbered(3, 2, 3, 8), 2, 2).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(pad_edge(numbered(3, 2, 3, 8), 3, 1).error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(pad_edge(Image(), 3, 3));
}

}  // namespace
}  // namespace nawq
