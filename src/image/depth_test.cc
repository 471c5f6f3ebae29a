#include "image/depth.h"

#include <gtest/gtest.h>

namespace nawq {
namespace {

TEST(Depth, EightBitsSurviveTheWayThereAndBack) {
  Image image = *Image::create(256, 1, 1, 8);
  for (int v = 0; v < 256; ++v) image.set_sample(v, 0, 0, v);
  const Image deep = *with_bits(image, 16);
  EXPECT_EQ(deep.sample(255, 0, 0), 65535);
  EXPECT_EQ(deep.sample(1, 0, 0), 257);
  EXPECT_EQ(*with_bits(deep, 8), image);
}

TEST(Depth, SixteenBitsRoundToTheNearestEight) {
  Image image = *Image::create(4, 1, 1, 16);
  const int samples[] = {128, 129, 65406, 65407}, expected[] = {0, 1, 254, 255};
  for (int i = 0; i < 4; ++i) image.set_sample(i, 0, 0, samples[i]);
  const Image shallow = *with_bits(image, 8);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(shallow.sample(i, 0, 0), expected[i]);
}

}  // namespace
}  // namespace nawq
