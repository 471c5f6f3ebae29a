#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "media/picture.h"

namespace nawq::media {
namespace {

enum Photometric : std::uint16_t { kBlackIsZero = 1, kRgb = 2, kCmyk = 5, kLab = 8 };
enum SampleFormat : std::uint16_t { kUnsigned = 1, kSigned = 2, kFloat = 3 };

struct Tiff {
  std::uint16_t width_px = 2, height_px = 2, channels = 3, bits = 8;
  Photometric photometric = kRgb;
  SampleFormat format = kUnsigned;
  std::uint16_t orientation = 1;
};

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
}

// A little-endian TIFF of one strip. `bits` gives each sample its own entry, as readers want it.
std::string encode(const Tiff& tiff, const std::string& samples) {
  const std::pair<std::uint16_t, std::uint32_t> before_bits[] = {{256, tiff.width_px}, {257, tiff.height_px}};
  constexpr std::uint32_t kEntries = 12, kBitsAt = 8 + 2 + 12 * kEntries + 4, kBitsBytes = 16;
  const std::pair<std::uint16_t, std::uint32_t> after_bits[] = {
      {259, 1},
      {262, tiff.photometric},
      {273, kBitsAt + kBitsBytes},
      {274, tiff.orientation},
      {277, tiff.channels},
      {278, tiff.height_px},
      {279, static_cast<std::uint32_t>(samples.size())},
      {284, 1},
      {339, tiff.format}};
  std::string out = "II";
  put(out, 42, 2);
  put(out, 8, 4);
  put(out, kEntries, 2);
  const auto entry = [&](std::uint16_t tag, std::uint16_t type, std::uint32_t count, std::uint32_t value) {
    put(out, tag, 2);
    put(out, type, 2);
    put(out, count, 4);
    put(out, value, 4);
  };
  for (const auto& [tag, value] : before_bits) entry(tag, 4, 1, value);
  entry(258, 3, tiff.channels, tiff.channels <= 2 ? tiff.bits * 0x10001U : kBitsAt);
  for (const auto& [tag, value] : after_bits) entry(tag, tag == 273 || tag == 279 ? 4 : 3, 1, value);
  put(out, 0, 4);
  for (int i = 0; i < 8; ++i) put(out, tiff.bits, 2);
  return out + samples;
}

Result<Picture> read(const Tiff& tiff, const std::string& samples) {
  const std::string bytes = encode(tiff, samples);
  return read_picture_bytes(std::as_bytes(std::span(bytes)), "a.tif");
}

std::string repeated(const std::string& pixel, int count) {
  std::string samples;
  for (int i = 0; i < count; ++i) samples += pixel;
  return samples;
}

TEST(UnusualTiff, PlainRgbReadsAsItIs) {
  const auto picture = read({}, repeated("\x10\x20\x30", 4));
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_TRUE(picture->not_kept.empty());
  for (int c = 0; c < 3; ++c) EXPECT_EQ(picture->image.sample(1, 1, c), 0x10 * (c + 1));
}

TEST(UnusualTiff, CmykBecomesRgbAndSaysSo) {
  const auto picture = read({.channels = 4, .photometric = kCmyk},
                            repeated(std::string("\0\0\0\0", 4), 2) + repeated("\xff\xff\xff\xff", 2));
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->not_kept, std::vector<std::string>{"CMYK colour space"});
  EXPECT_EQ(picture->image.channels(), 3);
  for (int c = 0; c < 3; ++c) {
    EXPECT_GT(picture->image.sample(0, 0, c), 240) << "no ink is white";
    EXPECT_LT(picture->image.sample(0, 1, c), 60) << "all inks are black";
  }
}

TEST(UnusualTiff, DeepCmykStaysDeep) {
  const auto picture = read({.channels = 4, .bits = 16, .photometric = kCmyk},
                            repeated(std::string("\0\0\0\0\0\0\0\0", 8), 4));
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->image.bits(), 16);
  EXPECT_GT(picture->image.sample(0, 0, 1), 60000);
}

TEST(UnusualTiff, LabBecomesRgbAndSaysSo) {
  const auto picture = read({.photometric = kLab}, repeated(std::string("\xff\0\0", 3), 4));
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->not_kept, std::vector<std::string>{"Lab colour space"});
  for (int c = 0; c < 3; ++c) EXPECT_GT(picture->image.sample(0, 0, c), 250);
}

TEST(UnusualTiff, AlphaIsDroppedFromGreyAndRgbAndSaidSo) {
  const auto grey = read({.channels = 2, .photometric = kBlackIsZero}, repeated("\x40\x80", 4));
  ASSERT_TRUE(grey) << grey.error().message;
  EXPECT_EQ(grey->image.channels(), 1);
  EXPECT_EQ(grey->image.sample(1, 1, 0), 0x40);
  EXPECT_EQ(grey->not_kept, std::vector<std::string>{"alpha channel"});
  const auto rgba = read({.channels = 4}, repeated("\x10\x20\x30\x40", 4));
  ASSERT_TRUE(rgba) << rgba.error().message;
  EXPECT_EQ(rgba->image.sample(1, 1, 2), 0x30);
  EXPECT_EQ(rgba->not_kept, std::vector<std::string>{"alpha channel"});
}

TEST(UnusualTiff, EveryOrientationIsAppliedOnce) {
  // Orientation n, and the sample that a 3x2 picture 0 1 2 / 3 4 5 then shows at the top left and the bottom
  // right.
  const struct {
    std::uint16_t orientation;
    int top_left, bottom_right;
    bool is_tall;
  } cases[] = {{1, 0, 5, false}, {2, 2, 3, false}, {3, 5, 0, false}, {4, 3, 2, false},
               {5, 0, 5, true},  {6, 3, 2, true},  {7, 5, 0, true},  {8, 2, 3, true}};
  for (const auto& expected : cases) {
    const auto picture = read({.width_px = 3,
                               .height_px = 2,
                               .channels = 1,
                               .photometric = kBlackIsZero,
                               .orientation = expected.orientation},
                              std::string("\0\1\2\3\4\5", 6));
    ASSERT_TRUE(picture) << picture.error().message;
    const Image& image = picture->image;
    EXPECT_EQ(image.width_px(), expected.is_tall ? 2 : 3) << expected.orientation;
    EXPECT_EQ(image.sample(0, 0, 0), expected.top_left) << expected.orientation;
    EXPECT_EQ(image.sample(image.width_px() - 1, image.height_px() - 1, 0), expected.bottom_right)
        << expected.orientation;
  }
}

TEST(UnusualTiff, SamplesThatAreNoPixelsAreRefusedByName) {
  const auto floats = read({.bits = 32, .format = kFloat}, std::string(48, '\0'));
  ASSERT_FALSE(floats);
  EXPECT_EQ(floats.error().kind, ErrorKind::kInput);
  EXPECT_NE(floats.error().message.find("float"), std::string::npos) << floats.error().message;
  EXPECT_FALSE(read({.bits = 32}, std::string(48, '\0')));
  EXPECT_FALSE(read({.format = kSigned}, std::string(12, '\0')));
}

TEST(UnusualTiff, APictureWithoutAreaIsRefused) {
  EXPECT_FALSE(read({.width_px = 0}, ""));
  EXPECT_FALSE(read({.height_px = 0}, ""));
}

}  // namespace
}  // namespace nawq::media
