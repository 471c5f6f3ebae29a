#include "media/picture.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "image/depth.h"
#include "image/measures.h"
#include "media/temporary_folder_test.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

using PictureTest = TemporaryFolder;

Image noise(std::int64_t width_px, std::int64_t height_px, int channels, int bits) {
  Image image = *Image::create(width_px, height_px, channels, bits);
  std::mt19937 random(7);
  for (std::int64_t y = 0; y < height_px; ++y)
    for (std::int64_t x = 0; x < width_px; ++x)
      for (int c = 0; c < channels; ++c)
        image.set_sample(x, y, c, static_cast<int>(random() >> 16) % (1 << bits));
  return image;
}

// What lossy formats are good at.
Image gradient(int bits) {
  Image image = *Image::create(64, 48, 3, bits);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) image.set_sample(x, y, c, (2 * x + y + 20 * c) * (bits == 8 ? 1 : 257));
  return image;
}

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

TEST_F(PictureTest, LosslessFormatsReturnEverySample) {
  for (const char* name : {"a.png", "a.tif", "a.TIFF"})
    for (const int channels : {1, 3})
      for (const int bits : {8, 16}) {
        const Image image = noise(37, 150, channels, bits);
        const auto status = write_picture(image, path(name));
        ASSERT_TRUE(status) << status.error().message;
        const auto read = read_picture(path(name));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->image, image) << name << " " << channels << " channels, " << bits << " bits";
        EXPECT_TRUE(read->not_kept.empty());
      }
}

TEST_F(PictureTest, LossyFormatsComeCloseAndCloserWithMoreQuality) {
  const Image image = gradient(8);
  for (const char* name : {"a.jpg", "a.jpeg", "a.webp"}) {
    ASSERT_TRUE(write_picture(image, path(name), {.quality = 20}));
    const Image coarse = read_picture(path(name))->image;
    ASSERT_TRUE(write_picture(image, path(name)));
    const Image fine = read_picture(path(name))->image;
    EXPECT_GT(*psnr_y_db(image, fine, 0), 38) << name;
    EXPECT_GT(*psnr_y_db(image, fine, 0), *psnr_y_db(image, coarse, 0)) << name;
  }
}

TEST_F(PictureTest, FormatsOfEightBitsGetThePictureRounded) {
  for (const char* name : {"a.jpg", "a.webp"}) {
    ASSERT_TRUE(write_picture(gradient(16), path(name)));
    const std::string deep = file_bytes(path(name));
    ASSERT_TRUE(write_picture(gradient(8), path(name)));
    EXPECT_EQ(deep, file_bytes(path(name))) << name;
    EXPECT_EQ(probe_picture(path(name))->bits, 8);
  }
}

TEST_F(PictureTest, ProbingSaysWhatReadingGives) {
  ASSERT_TRUE(write_picture(noise(19, 7, 1, 16), path("a.png")));
  const auto info = probe_picture(path("a.png"));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->width_px, 19);
  EXPECT_EQ(info->height_px, 7);
  EXPECT_EQ(info->channels, 1);
  EXPECT_EQ(info->bits, 16);
  EXPECT_EQ(info->format, "PNG");
  EXPECT_FALSE(info->has_alpha);
  EXPECT_EQ(info->frames, 1);
}

TEST_F(PictureTest, ASinglePixelSurvives) {
  const Image image = noise(1, 1, 3, 8);
  ASSERT_TRUE(write_picture(image, path("a.png")));
  EXPECT_EQ(read_picture(path("a.png"))->image, image);
}

TEST_F(PictureTest, NamesAreNeverTakenApart) {
  const Image image = noise(5, 4, 3, 8);
  for (const char* name :
       {"a[1].png", "имя.png", "page=2 [n=-1].tif", "-.png", "a b,c.png", "\xff\xfe.png", ".png.png"}) {
    ASSERT_TRUE(write_picture(image, path(name))) << name;
    const auto read = read_picture(path(name));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->image, image) << name;
    ASSERT_TRUE(fs::remove(path(name)));
  }
  EXPECT_EQ(file_count(), 0U);
}

TEST_F(PictureTest, TheContentTellsTheFormatAndNotTheName) {
  const Image image = noise(5, 4, 3, 8);
  ASSERT_TRUE(write_picture(image, path("a.png")));
  fs::rename(path("a.png"), path("a.jpg"));
  EXPECT_EQ(read_picture(path("a.jpg"))->image, image);
}

TEST_F(PictureTest, BytesInMemoryReadLikeAFile) {
  const Image image = noise(33, 21, 3, 16);
  ASSERT_TRUE(write_picture(image, path("a.png")));
  const std::string bytes = file_bytes(path("a.png"));
  EXPECT_EQ(read_picture_bytes(as_bytes(bytes), "standard input")->image, image);
  EXPECT_EQ(probe_picture_bytes(as_bytes(bytes), "standard input")->width_px, 33);
  const auto half = read_picture_bytes(as_bytes(bytes).first(bytes.size() / 2), "standard input");
  ASSERT_FALSE(half);
  EXPECT_TRUE(half.error().message.starts_with("standard input: ")) << half.error().message;
  EXPECT_FALSE(read_picture_bytes({}, "standard input"));
}

TEST_F(PictureTest, ATruncatedFileIsAnErrorWhereverItEnds) {
  const Image image = noise(64, 64, 3, 8);
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    ASSERT_TRUE(write_picture(image, path(name)));
    const std::string bytes = file_bytes(path(name));
    for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99}) {
      put_bytes(path(name),
                bytes.substr(0, static_cast<std::size_t>(static_cast<double>(bytes.size()) * share)));
      const auto read = read_picture(path(name));
      ASSERT_FALSE(read) << name << " cut to " << share;
      EXPECT_EQ(read.error().kind, ErrorKind::kInput);
      EXPECT_TRUE(read.error().message.starts_with(path(name).string() + ": ")) << read.error().message;
      EXPECT_EQ(read.error().message.find('\n'), std::string::npos) << read.error().message;
    }
  }
}

TEST_F(PictureTest, SaysWhyAFileCannotBeRead) {
  put_bytes(path("empty.png"), "");
  put_bytes(path("text.png"), "not a picture");
  const auto message = [&](const char* name, ErrorKind kind) {
    const auto read = read_picture(path(name));
    const auto probed = probe_picture(path(name));
    EXPECT_FALSE(read || probed);
    EXPECT_EQ(read.error().kind, kind);
    EXPECT_EQ(read.error().message, probed.error().message);
    return read.error().message;
  };
  EXPECT_EQ(message("missing.png", ErrorKind::kInput), path("missing.png").string() + ": no such file");
  EXPECT_EQ(message("empty.png", ErrorKind::kInput), path("empty.png").string() + ": the file is empty");
  EXPECT_EQ(message("", ErrorKind::kUsage), path("").string() + ": is a folder, not a picture");
  EXPECT_NE(message("text.png", ErrorKind::kInput).find("is not a PNG"), std::string::npos);
}

TEST_F(PictureTest, ReadsNoFormatThatIsNotOnItsList) {
  put_bytes(path("a.svg"), R"(<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>)");
  put_bytes(path("a.ppm"), "P6 1 1 255\nabc");
  put_bytes(path("a.mvg"), "push graphic-context\nviewbox 0 0 9 9\npop graphic-context\n");
  for (const char* name : {"a.svg", "a.ppm", "a.mvg"}) EXPECT_FALSE(read_picture(path(name))) << name;
}

// PNG header of 30000x30000 with nothing behind it: 2.5 GiB of pixels.
TEST_F(PictureTest, AHugeHeaderIsProbedWithoutItsPixels) {
  ASSERT_TRUE(write_picture(*Image::create(30000, 1, 3, 8), path("row.png")));
  std::string bytes = file_bytes(path("row.png"));
  const unsigned char height_and_crc[] = {0x00, 0x00, 0x75, 0x30, 8, 2, 0, 0, 0, 0xe9, 0x45, 0x6f, 0xed};
  bytes.replace(20, sizeof height_and_crc, reinterpret_cast<const char*>(height_and_crc),
                sizeof height_and_crc);
  put_bytes(path("huge.png"), bytes);
  const auto info = probe_picture(path("huge.png"));
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->width_px, 30000);
  EXPECT_EQ(info->height_px, 30000);
}

TEST_F(PictureTest, RefusesToWriteWhatTheFormatCannotHold) {
  EXPECT_EQ(write_picture(*Image::create(16384, 1, 1, 8), path("a.webp")).error().kind, ErrorKind::kResource);
  EXPECT_EQ(write_picture(*Image::create(1, 65501, 1, 8), path("a.jpg")).error().kind, ErrorKind::kResource);
  EXPECT_TRUE(write_picture(*Image::create(16383, 1, 1, 8), path("a.webp")));
  EXPECT_TRUE(write_picture(*Image::create(1, 65500, 1, 8), path("a.jpg")));
  EXPECT_EQ(write_picture(Image(), path("a.png")).error().kind, ErrorKind::kOutput);
}

TEST_F(PictureTest, RefusesAQualityOutsideItsRange) {
  for (const int quality : {0, 101, -5})
    EXPECT_EQ(write_picture(gradient(8), path("a.jpg"), {.quality = quality}).error().kind,
              ErrorKind::kUsage);
  EXPECT_EQ(file_count(), 0U);
}

TEST_F(PictureTest, AWriteThatFailsHalfwayLeavesNothingNewBehind) {
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  put_bytes(path("a.png"), "old");
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif"}) {
    struct rlimit small = {5000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto status = write_picture(noise(256, 256, 3, 8), path(name));
    setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().kind, ErrorKind::kOutput);
    EXPECT_TRUE(status.error().message.starts_with(path(name).string() + ": ")) << status.error().message;
  }
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(file_count(), 1U);
  EXPECT_EQ(file_bytes(path("a.png")), "old");
}

TEST_F(PictureTest, CheckingAPlaceSaysWhatWritingWouldAndTouchesNothing) {
  put_bytes(path("file"), "x");
  fs::create_directory(path("folder.png"));
  EXPECT_TRUE(check_writable(path("a.png"), 70000, 70000));
  EXPECT_TRUE(check_writable(path("a.JPG"), 65500, 1));
  EXPECT_EQ(check_writable(path("a.jpg"), 65501, 1).error().kind, ErrorKind::kResource);
  EXPECT_EQ(check_writable(path("a.webp"), 1, 16384).error().kind, ErrorKind::kResource);
  EXPECT_EQ(check_writable(path("nowhere") / "a.png", 1, 1).error().kind, ErrorKind::kOutput);
  EXPECT_EQ(check_writable(path("file") / "a.png", 1, 1).error().kind, ErrorKind::kOutput);
  EXPECT_EQ(check_writable(path("folder.png"), 1, 1).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(check_writable(path("a"), 1, 1).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(file_count(), 2U);
}

TEST_F(PictureTest, AnUnknownExtensionIsToldTheKnownOnes) {
  const auto status = write_picture(gradient(8), path("a.bmp"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  EXPECT_NE(status.error().message.find("png, jpg, jpeg, webp, tif, tiff"), std::string::npos);
  EXPECT_EQ(check_writable(path("a.bmp"), 1, 1).error().message, status.error().message);
}

TEST(PictureExtensions, AreKnownInAnyCase) {
  EXPECT_TRUE(is_picture_extension("png") && is_picture_extension("JPEG") && is_picture_extension("gif"));
  EXPECT_TRUE(can_write_extension("PNG") && can_write_extension("webp"));
  EXPECT_FALSE(can_write_extension("gif"));
  EXPECT_FALSE(is_picture_extension("") || is_picture_extension(".png") || is_picture_extension("txt"));
  EXPECT_EQ(writable_bits("png"), 16);
  EXPECT_EQ(writable_bits("jpg"), 8);
  EXPECT_EQ(writable_bits("xyz"), 0);
}

TEST(EncodePng, IsReadBackPixelForPixel) {
  for (const int bits : {8, 16}) {
    Image image = Image::create(13, 7, 3, bits).value();
    for (std::int64_t y = 0; y < 7; ++y)
      for (std::int64_t x = 0; x < 13; ++x)
        for (int c = 0; c < 3; ++c)
          image.set_sample(x, y, c, static_cast<int>((x * 977 + y * 61 + c * 7) % (image.max_sample() + 1)));
    const auto png = encode_png(image);
    ASSERT_TRUE(png) << png.error().message;
    EXPECT_EQ(read_picture_bytes(*png, "png").value().image, image);
  }
  EXPECT_FALSE(encode_png(Image()));
}

}  // namespace
}  // namespace nawq::media
