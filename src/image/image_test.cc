#include "image/image.h"

#include <gtest/gtest.h>

#include <limits>

namespace nawq {
namespace {

TEST(Image, StartsBlackWithTheSizeAskedFor) {
  const auto image = Image::create(3, 2, 3, 16);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->width_px(), 3);
  EXPECT_EQ(image->height_px(), 2);
  EXPECT_EQ(image->max_sample(), 65535);
  EXPECT_EQ(image->row16(1).size(), 9U);
  for (const int sample : image->row16(1)) EXPECT_EQ(sample, 0);
}

TEST(Image, KeepsTheSamplesOfEveryPixelApart) {
  for (const int bits : {8, 16}) {
    Image image = *Image::create(3, 2, 3, bits);
    int value = 1;
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x)
        for (int c = 0; c < 3; ++c) image.set_sample(x, y, c, value++);
    value = 1;
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x)
        for (int c = 0; c < 3; ++c) EXPECT_EQ(image.sample(x, y, c), value++);
  }
}

TEST(Image, RowsAreInterleavedAndFollowEachOther) {
  Image image = *Image::create(2, 2, 3, 8);
  image.set_sample(1, 1, 2, 77);
  EXPECT_EQ(image.row8(1)[5], 77);
  EXPECT_EQ(image.row8(0).data() + 6, image.row8(1).data());
}

TEST(Image, RefusesWhatIsNoPicture) {
  EXPECT_EQ(Image::create(0, 5, 3, 8).error().kind, ErrorKind::kInput);
  EXPECT_EQ(Image::create(5, -1, 3, 8).error().kind, ErrorKind::kInput);
  EXPECT_EQ(Image::create(5, 5, 2, 8).error().kind, ErrorKind::kInput);
  EXPECT_EQ(Image::create(5, 5, 3, 12).error().kind, ErrorKind::kInput);
}

TEST(Image, RefusesASizeBeyondTheAddressRange) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max() / 4 + 1;
  EXPECT_EQ(Image::create(kHuge, kHuge, 3, 8).error().kind, ErrorKind::kResource);
  EXPECT_EQ(Image::create(kHuge, 2, 1, 16).error().kind, ErrorKind::kResource);
}

}  // namespace
}  // namespace nawq
