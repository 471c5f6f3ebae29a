#include <gtest/gtest.h>

#include <map>

#include "image/geometry.h"
#include "image/measures.h"
#include "media/picture.h"
#include "media/shared_data_test.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::int64_t width_px, height_px;
  int channels, bits;
  std::vector<std::string> not_kept;
};

const char *const kAlpha = "alpha channel", *const kIcc = "ICC profile", *const kExif = "EXIF metadata";
const char *const kXmp = "XMP metadata", *const kIptc = "IPTC metadata",
                  *const kFrames = "all frames but the first";

const std::map<std::string, Expected>& expectations() {
  static const std::map<std::string, Expected> kTable = {
      {"00017_gray.png", {500, 351, 1, 8, {kXmp}}},
      {"0014.jpg", {179, 179, 3, 8, {}}},
      {"1.webp", {550, 368, 3, 8, {}}},
      {"1bit.tif", {256, 4, 1, 8, {}}},
      {"4bit.tif", {256, 4, 1, 8, {}}},
      {"big-height.webp", {13, 169, 3, 8, {kFrames}}},
      {"children-alpha.png", {566, 350, 3, 8, {kAlpha}}},
      {"cogs.gif", {85, 77, 3, 8, {kAlpha, kFrames}}},
      {"indexed.png", {290, 442, 3, 8, {}}},
      {"rgba.png", {128, 128, 3, 8, {kAlpha}}},
      {"rotation_0.png", {290, 442, 3, 16, {kXmp}}},
      {"rotation_1.jpg", {308, 410, 3, 8, {kIcc, kExif, kXmp}}},
      {"rotation_3.jpg", {308, 410, 3, 8, {kIcc, kExif}}},
      {"rotation_6.jpg", {231, 308, 3, 8, {kIcc, kExif}}},
      {"rotation_8.jpg", {231, 308, 3, 8, {kIcc, kExif}}},
      {"sample.jpg", {290, 442, 3, 8, {kIcc, kExif, kXmp}}},
      {"sample.tif", {290, 442, 3, 16, {}}},
      {"trans-x.png", {100, 100, 3, 8, {kAlpha}}},
      {"tree_alpha_16bit.png", {342, 256, 3, 16, {kAlpha, kIcc, kXmp}}},
      {"wolf_gray.jpg", {236, 236, 1, 8, {kIcc, kExif, kXmp, kIptc}}},
  };
  return kTable;
}

fs::path folder() { return shared_data() / "data" / "edge"; }

Image read(const char* name) { return read_picture(folder() / name)->image; }

Image turned_half(const Image& image) {
  Image turned = *Image::create(image.width_px(), image.height_px(), image.channels(), image.bits());
  for (std::int64_t y = 0; y < image.height_px(); ++y)
    for (std::int64_t x = 0; x < image.width_px(); ++x)
      for (int c = 0; c < image.channels(); ++c)
        turned.set_sample(image.width_px() - 1 - x, image.height_px() - 1 - y, c, image.sample(x, y, c));
  return turned;
}

TEST(EdgePictures, ReadWithTheirSizeAndDepthAndSayWhatIsLost) {
  NAWQ_SKIP_WITHOUT(folder());
  for (const auto& [name, expected] : expectations()) {
    const auto info = probe_picture(folder() / name);
    const auto picture = read_picture(folder() / name);
    ASSERT_TRUE(info) << info.error().message;
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(info->width_px, expected.width_px) << name;
    EXPECT_EQ(info->height_px, expected.height_px) << name;
    EXPECT_EQ(info->channels, expected.channels) << name;
    EXPECT_EQ(info->bits, expected.bits) << name;
    EXPECT_EQ(info->not_kept, expected.not_kept) << name;
    EXPECT_EQ(picture->image.width_px(), expected.width_px) << name;
    EXPECT_EQ(picture->image.height_px(), expected.height_px) << name;
    EXPECT_EQ(picture->image.channels(), expected.channels) << name;
    EXPECT_EQ(picture->image.bits(), expected.bits) << name;
    EXPECT_EQ(picture->not_kept, expected.not_kept) << name;
  }
}

TEST(EdgePictures, ATruncatedJpegIsRefused) {
  NAWQ_SKIP_WITHOUT(folder());
  const auto picture = read_picture(folder() / "truncated.jpg");
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().kind, ErrorKind::kInput);
  EXPECT_NE(picture.error().message.find("Premature end"), std::string::npos) << picture.error().message;
}

TEST(EdgePictures, NoFileOfTheFolderIsForgottenHere) {
  NAWQ_SKIP_WITHOUT(folder());
  for (const auto& entry : fs::directory_iterator(folder())) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(expectations().contains(name) || name == "truncated.jpg") << name;
  }
}

// The same scenes, taken with the camera held differently.
TEST(EdgePictures, AreUprightWhateverTheCameraDid) {
  NAWQ_SKIP_WITHOUT(folder());
  const std::pair<const char*, const char*> pairs[] = {{"rotation_1.jpg", "rotation_3.jpg"},
                                                       {"rotation_6.jpg", "rotation_8.jpg"}};
  for (const auto& [first, second] : pairs) {
    const Image a = read(first), b = read(second);
    EXPECT_GT(*psnr_y_db(a, b, 0), *psnr_y_db(a, turned_half(b), 0) + 5) << first << " and " << second;
  }
}

TEST(EdgePictures, SamplesOfFewBitsSpanTheWholeRange) {
  NAWQ_SKIP_WITHOUT(folder());
  for (const char* name : {"1bit.tif", "4bit.tif"}) {
    const Image image = read(name);
    EXPECT_EQ(image.sample(0, 0, 0), 0) << name;
    EXPECT_EQ(image.sample(255, 0, 0), 255) << name;
  }
}

TEST(EdgePictures, SixteenBitsAreTheSameInPngAndTiff) {
  NAWQ_SKIP_WITHOUT(folder());
  EXPECT_EQ(read("sample.tif"), read("rotation_0.png"));
}

}  // namespace
}  // namespace nawq::media
