#include "image/bicubic.h"

#include <gtest/gtest.h>

namespace nawq {
namespace {

Image filled(std::int64_t width_px, std::int64_t height_px, int channels, int bits, int value) {
  Image image = *Image::create(width_px, height_px, channels, bits);
  for (std::int64_t y = 0; y < height_px; ++y)
    for (std::int64_t x = 0; x < width_px; ++x)
      for (int c = 0; c < channels; ++c) image.set_sample(x, y, c, value);
  return image;
}

// A picture of one row.
Image row_of(std::initializer_list<int> samples, int bits) {
  Image image = *Image::create(static_cast<std::int64_t>(samples.size()), 1, 1, bits);
  std::int64_t x = 0;
  for (const int sample : samples) image.set_sample(x++, 0, 0, sample);
  return image;
}

TEST(Bicubic, ToTheSameSizeChangesNothing) {
  const Image image = row_of({3, 200, 17, 255, 0, 80}, 8);
  EXPECT_EQ(*bicubic_resize(image, 6, 1), image);
  EXPECT_EQ(*bicubic_downscale(image, 1), image);
}

TEST(Bicubic, KeepsAFlatPictureFlat) {
  for (const int bits : {8, 16})
    for (const int channels : {1, 3}) {
      const Image image = filled(13, 9, channels, bits, 201);
      EXPECT_EQ(*bicubic_resize(image, 31, 4), filled(31, 4, channels, bits, 201));
      EXPECT_EQ(*bicubic_downscale(image, 3), filled(5, 3, channels, bits, 201));
    }
}

TEST(Bicubic, KeepsAFlatPictureOfTheLargestSampleFlat) {
  EXPECT_EQ(*bicubic_resize(filled(7, 7, 3, 8, 255), 20, 20), filled(20, 20, 3, 8, 255));
  EXPECT_EQ(*bicubic_resize(filled(7, 7, 1, 16, 65535), 3, 20), filled(3, 20, 1, 16, 65535));
}

// At twice the size, results lie 1/4 and 3/4 between samples: they weigh four samples at these distances.
TEST(Bicubic, EnlargesAStepWithTheCubicKernel) {
  const Image image = row_of({0, 0, 0, 25600, 25600, 25600}, 16);
  const Image large = *bicubic_resize(image, 12, 1);
  // w(x) with a = -1/2 at distances 1/4, 3/4, 5/4, 7/4: 0.8671875, 0.2265625, -0.0703125, -0.0234375
  EXPECT_EQ(large.sample(5, 0, 0), 25600 * (0.2265625 - 0.0234375));
  EXPECT_EQ(large.sample(6, 0, 0), 25600 * (0.8671875 - 0.0703125));
  EXPECT_EQ(large.sample(7, 0, 0), 25600 * 1.0703125);  // overshoot
  EXPECT_EQ(large.sample(4, 0, 0), 0);                  // its mirror image, clamped
  EXPECT_EQ(large.sample(11, 0, 0), 25600);
}

TEST(Bicubic, HalvesWithTheStretchedKernel) {
  // Stretched twice, distances of samples are 1/4, 3/4, 5/4, 7/4 and the weights are halved.
  const Image half = *bicubic_downscale(row_of({0, 0, 0, 0, 25600, 0, 0, 0, 0, 0}, 16), 2);
  EXPECT_EQ(half.width_px(), 5);
  EXPECT_EQ(half.sample(2, 0, 0), 25600 * 0.8671875 / 2);
  EXPECT_EQ(half.sample(1, 0, 0), 25600 * 0.2265625 / 2);
  EXPECT_EQ(half.sample(3, 0, 0), 0);  // negative weight, clamped
}

TEST(Bicubic, ResizesHeightAndWidthAlike) {
  const Image row = row_of({3, 200, 17, 255, 0, 80, 90}, 8);
  Image column = *Image::create(1, 7, 1, 8);
  for (int i = 0; i < 7; ++i) column.set_sample(0, i, 0, row.sample(i, 0, 0));
  for (const std::int64_t size : {2, 3, 5, 11, 40}) {
    const Image wide = *bicubic_resize(row, size, 1), tall = *bicubic_resize(column, 1, size);
    for (std::int64_t i = 0; i < size; ++i) EXPECT_EQ(wide.sample(i, 0, 0), tall.sample(0, i, 0));
  }
}

TEST(Bicubic, RoundsEachPassHalfUp) {
  // Mean of 0 and 1 in both directions: the first pass makes 0.5 a 1 where it meets one.
  Image image = *Image::create(2, 2, 1, 8);
  image.set_sample(0, 0, 0, 1);
  image.set_sample(1, 1, 0, 1);
  EXPECT_EQ(bicubic_resize(image, 1, 1)->sample(0, 0, 0), 1);
}

TEST(Bicubic, DownscaleRoundsTheSizeUp) {
  const auto image = bicubic_downscale(filled(10, 7, 3, 8, 5), 4);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->width_px(), 3);
  EXPECT_EQ(image->height_px(), 2);
}

TEST(Bicubic, ResizesASinglePixel) {
  EXPECT_EQ(*bicubic_resize(filled(1, 1, 3, 8, 99), 4, 4), filled(4, 4, 3, 8, 99));
  EXPECT_EQ(*bicubic_downscale(filled(1, 1, 3, 8, 99), 4), filled(1, 1, 3, 8, 99));
}

TEST(Bicubic, RefusesImpossibleSizes) {
  const Image image = filled(4, 4, 3, 8, 0);
  EXPECT_EQ(bicubic_resize(image, 0, 4).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(bicubic_downscale(image, 0).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(bicubic_resize(image, INT64_MAX, INT64_MAX).error().kind, ErrorKind::kResource);
  EXPECT_EQ(bicubic_resize(Image(), 4, 4).error().kind, ErrorKind::kInput);
}

}  // namespace
}  // namespace nawq
