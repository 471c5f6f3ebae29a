#include "image/measures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "image/depth.h"

namespace nawq {
namespace {

Image filled(std::int64_t size_px, int channels, int bits, int value) {
  Image image = *Image::create(size_px, size_px, channels, bits);
  for (std::int64_t y = 0; y < size_px; ++y)
    for (std::int64_t x = 0; x < size_px; ++x)
      for (int c = 0; c < channels; ++c) image.set_sample(x, y, c, value);
  return image;
}

Image noise(std::int64_t width_px, std::int64_t height_px, int channels, unsigned seed) {
  Image image = *Image::create(width_px, height_px, channels, 8);
  std::mt19937 random(seed);
  for (std::int64_t y = 0; y < height_px; ++y)
    for (auto& sample : image.row8(y)) sample = static_cast<std::uint8_t>(random() & 255);
  return image;
}

double luma(const Image& image, std::int64_t x, std::int64_t y) {
  return 16 +
         (65.481 * image.sample(x, y, 0) + 128.553 * image.sample(x, y, 1) + 24.966 * image.sample(x, y, 2)) /
             255;
}

// The definition, with no care for speed: a 2-D window at every place.
double plain_ssim_y(const Image& a, const Image& b) {
  double total = 0, places = 0;
  for (std::int64_t top = 0; top + 11 <= a.height_px(); ++top)
    for (std::int64_t left = 0; left + 11 <= a.width_px(); ++left) {
      double norm = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
      for (std::int64_t y = 0; y < 11; ++y)
        for (std::int64_t x = 0; x < 11; ++x) {
          const double distance2 = static_cast<double>((x - 5) * (x - 5) + (y - 5) * (y - 5));
          const double weight = std::exp(-distance2 / 4.5);
          const double la = luma(a, left + x, top + y), lb = luma(b, left + x, top + y);
          norm += weight;
          ma += weight * la;
          mb += weight * lb;
          aa += weight * la * la;
          bb += weight * lb * lb;
          ab += weight * la * lb;
        }
      ma /= norm;
      mb /= norm;
      const double c1 = 6.5025, c2 = 58.5225;
      total += (2 * ma * mb + c1) * (2 * (ab / norm - ma * mb) + c2) /
               ((ma * ma + mb * mb + c1) * (aa / norm - ma * ma + bb / norm - mb * mb + c2));
      ++places;
    }
  return total / places;
}

TEST(Psnr, IsInfiniteForIdenticalPictures) {
  const Image image = noise(8, 8, 3, 1);
  EXPECT_TRUE(std::isinf(*psnr_y_db(image, image, 0)));
  EXPECT_TRUE(std::isinf(*psnr_rgb_db(image, image, 0)));
}

TEST(Psnr, OfRgbFollowsTheMeanSquaredError) {
  EXPECT_NEAR(*psnr_rgb_db(filled(4, 3, 8, 100), filled(4, 3, 8, 105), 0), 20 * std::log10(255.0 / 5), 1e-12);
  Image image = filled(4, 3, 8, 100);
  image.set_sample(2, 1, 2, 112);  // one sample of 48 differs by 12: MSE 3
  EXPECT_NEAR(*psnr_rgb_db(filled(4, 3, 8, 100), image, 0), 10 * std::log10(255.0 * 255.0 / 3), 1e-12);
}

TEST(Psnr, OfLumaWeighsTheChannels) {
  const int weights_index[] = {0, 1, 2};
  const double weights[] = {65.481, 128.553, 24.966};
  for (const int c : weights_index) {
    Image image = filled(1, 3, 8, 50);
    image.set_sample(0, 0, c, 60);
    EXPECT_NEAR(*psnr_y_db(filled(1, 3, 8, 50), image, 0), 20 * std::log10(255.0 / (10 * weights[c] / 255)),
                1e-9);
  }
}

TEST(Psnr, LooksOnlyInsideTheBorder) {
  Image image = filled(9, 3, 8, 10);
  image.set_sample(8, 4, 1, 200);
  image.set_sample(4, 1, 1, 200);
  EXPECT_TRUE(std::isinf(*psnr_y_db(filled(9, 3, 8, 10), image, 2)));
  EXPECT_FALSE(std::isinf(*psnr_y_db(filled(9, 3, 8, 10), image, 1)));
}

TEST(Measures, TakeAGreyPictureAsEqualChannels) {
  const Image grey = noise(16, 16, 1, 3), colour = noise(16, 16, 3, 4);
  Image spread = *Image::create(16, 16, 3, 8);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x)
      for (int c = 0; c < 3; ++c) spread.set_sample(x, y, c, grey.sample(x, y, 0));
  EXPECT_EQ(*psnr_y_db(grey, colour, 0), *psnr_y_db(spread, colour, 0));
  EXPECT_EQ(*psnr_rgb_db(grey, colour, 0), *psnr_rgb_db(spread, colour, 0));
  EXPECT_EQ(*ssim_y(grey, colour, 0), *ssim_y(spread, colour, 0));
  EXPECT_EQ(*ssim_rgb(grey, colour, 0), *ssim_rgb(spread, colour, 0));
  EXPECT_EQ(*largest_difference(grey, spread), 0);
}

TEST(Measures, TakeSixteenBitSamplesOnTheEightBitScale) {
  const Image a = noise(16, 16, 3, 5), b = noise(16, 16, 3, 6);
  const Image deep_a = *with_bits(a, 16), deep_b = *with_bits(b, 16);
  EXPECT_NEAR(*psnr_y_db(deep_a, deep_b, 0), *psnr_y_db(a, b, 0), 1e-12);
  EXPECT_NEAR(*ssim_y(deep_a, deep_b, 0), *ssim_y(a, b, 0), 1e-12);
  EXPECT_TRUE(std::isinf(*psnr_y_db(a, deep_a, 0)));
}

TEST(Ssim, IsOneForIdenticalPictures) {
  const Image image = noise(20, 13, 3, 7);
  EXPECT_NEAR(*ssim_y(image, image, 0), 1, 1e-12);
  EXPECT_NEAR(*ssim_rgb(image, image, 0), 1, 1e-12);
}

TEST(Ssim, OfFlatPicturesComparesTheirMeansAlone) {
  const double c1 = 6.5025;
  EXPECT_NEAR(*ssim_rgb(filled(11, 3, 8, 100), filled(11, 3, 8, 120), 0),
              (2 * 100 * 120.0 + c1) / (100 * 100 + 120 * 120 + c1), 1e-12);
}

TEST(Ssim, EqualsItsDefinition) {
  const Image a = noise(23, 17, 3, 8), b = noise(23, 17, 3, 9);
  EXPECT_NEAR(*ssim_y(a, b, 0), plain_ssim_y(a, b), 1e-12);
}

TEST(LargestDifference, FindsTheOneSample) {
  Image image = filled(5, 3, 8, 100);
  image.set_sample(4, 4, 2, 93);
  EXPECT_EQ(*largest_difference(filled(5, 3, 8, 100), image), 7);
  EXPECT_EQ(*largest_difference(image, image), 0);
}

TEST(LargestDifference, IsInStepsOfTheDeeperPicture) {
  Image deep = *with_bits(filled(5, 3, 8, 100), 16);
  deep.set_sample(0, 0, 0, 100 * 257 + 3);
  EXPECT_EQ(*largest_difference(filled(5, 3, 8, 100), deep), 3);
}

TEST(Measures, RefusePicturesOfDifferentSize) {
  const auto psnr = psnr_y_db(filled(8, 3, 8, 0), filled(9, 3, 8, 0), 0);
  ASSERT_FALSE(psnr);
  EXPECT_EQ(psnr.error().kind, ErrorKind::kInput);
  EXPECT_NE(psnr.error().message.find("8x8"), std::string::npos);
  EXPECT_FALSE(largest_difference(filled(8, 3, 8, 0), filled(9, 3, 8, 0)));
}

TEST(Measures, RefusePicturesThatTheBorderEatsUp) {
  const Image image = filled(18, 3, 8, 0);
  EXPECT_TRUE(psnr_y_db(image, image, 8));
  EXPECT_EQ(psnr_y_db(image, image, 9).error().kind, ErrorKind::kInput);
  EXPECT_EQ(psnr_y_db(image, image, INT64_MAX).error().kind, ErrorKind::kInput);
  EXPECT_EQ(psnr_y_db(image, image, -1).error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(ssim_y(image, image, 3));
  EXPECT_EQ(ssim_y(image, image, 4).error().kind, ErrorKind::kInput);
}

}  // namespace
}  // namespace nawq
