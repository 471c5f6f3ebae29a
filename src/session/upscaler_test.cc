#include "session/upscaler.h"

#include "image/bicubic.h"
#include "image/depth.h"
#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

// Every pixel different.
Image picture(std::int64_t width_px, std::int64_t height_px, int channels = 3, int bits = 8) {
  Image image = *Image::create(width_px, height_px, channels, bits);
  for (std::int64_t y = 0; y < height_px; ++y)
    for (std::int64_t x = 0; x < width_px; ++x)
      for (int c = 0; c < channels; ++c)
        image.set_sample(x, y, c, static_cast<int>(20 + x * 13 + y * 17 + c * 40) * (bits == 8 ? 1 : 255));
  return image;
}

Image repeated(const Image& small, std::int64_t factor) {
  Image large =
      *Image::create(small.width_px() * factor, small.height_px() * factor, small.channels(), small.bits());
  for (std::int64_t y = 0; y < large.height_px(); ++y)
    for (std::int64_t x = 0; x < large.width_px(); ++x)
      for (int c = 0; c < large.channels(); ++c)
        large.set_sample(x, y, c, small.sample(x / factor, y / factor, c));
  return large;
}

class UpscalerTest : public testing::Test {
 protected:
  Result<Image> upscale(const onnx::TestModel& model, const Image& image,
                        const UpscaleOptions& options = {}) {
    auto network = open(model);
    if (!network) return tl::unexpected<Error>(network.error());
    return make_network_upscaler(std::move(*network), team_)->upscale(image, options, [](double) {
      return true;
    });
  }

  std::unique_ptr<Upscaler> upscaler(const onnx::TestModel& model) {
    return make_network_upscaler(std::move(*open(model)), team_);
  }

  ThreadTeam team_ = two_threads();
};

TEST_F(UpscalerTest, ColourGreyAndDeepPicturesGoThroughTheNetwork) {
  for (const int channels : {1, 3})
    for (const int bits : {8, 16}) {
      const Image small = picture(5, 3, channels, bits);
      const auto large = upscale(enlarger(), small, {.bits = bits});
      ASSERT_TRUE(large) << large.error().message;
      EXPECT_EQ(*large, repeated(small, 2));
    }
}

TEST_F(UpscalerTest, BitsOfTheResultAreThoseAsked) {
  const Image small = picture(5, 3);
  EXPECT_EQ(*upscale(enlarger(), small, {.bits = 16}), repeated(*with_bits(small, 16), 2));
}

TEST_F(UpscalerTest, GreyHasThreeChannelsWhereItIsNotToBeKept) {
  for (const int network_channels : {1, 3}) {
    const auto large = upscale(enlarger(2, network_channels), picture(5, 3, 1), {.keep_grey = false});
    ASSERT_TRUE(large);
    EXPECT_EQ(large->channels(), 3);
  }
}

TEST_F(UpscalerTest, PicturesBelowTheNetworksSizeAreRepeatedAtTheEdgeAndCropped) {
  const Image small = picture(5, 3);
  const auto large = upscale(enlarger(3, 3, {16, 12}), small);
  ASSERT_TRUE(large) << large.error().message;
  EXPECT_EQ(*large, repeated(small, 3));
}

TEST_F(UpscalerTest, ANetworkForLumaLeavesGreyExact) {
  const Image small = picture(5, 3, 1);
  EXPECT_EQ(*upscale(enlarger(2, 1), small), repeated(small, 2));
}

TEST_F(UpscalerTest, ANetworkForLumaTakesItsColourFromBicubic) {
  const Image small = picture(6, 4);
  const auto large = upscale(enlarger(2, 1), small);
  ASSERT_TRUE(large);
  const Image chroma = *bicubic_resize(small, 12, 8);
  for (std::int64_t y = 0; y < 8; ++y)
    for (std::int64_t x = 0; x < 12; ++x)
      for (int c = 1; c < 3; ++c)
        EXPECT_NEAR(large->sample(x, y, c) - large->sample(x, y, 0),
                    chroma.sample(x, y, c) - chroma.sample(x, y, 0), 1);
}

TEST_F(UpscalerTest, ColourOrderReachesTheNetwork) {
  onnx::TestModel model = empty_network();
  model.floats("all_but_first", {1, 3, 1, 1}, {0, 1, 1}).node("Mul", {"x", "all_but_first"}, {"y"});
  const Image small = picture(2, 2);
  for (const auto& [colour, lost] : {std::pair{"RGB", 0}, std::pair{"BGR", 2}}) {
    const auto result = upscale(with_metadata(model, {{"input_range", "1"}, {"colour", colour}}), small);
    ASSERT_TRUE(result) << result.error().message;
    for (int c = 0; c < 3; ++c) EXPECT_EQ(result->sample(1, 1, c), c == lost ? 0 : small.sample(1, 1, c));
  }
}

TEST_F(UpscalerTest, MoreMemoryThanAllowedIsRefusedBeforeAnyWork) {
  const auto upscaler = this->upscaler(enlarger());
  const std::int64_t needed = *upscaler->memory_bytes({5, 3}, 8);
  int calls = 0;
  const auto count = [&](double) { return ++calls > 0; };
  expect_failure(upscaler->upscale(picture(5, 3), {.max_memory_bytes = needed - 1}, count),
                 ErrorKind::kResource, "a picture of 5x3 needs about");
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(upscaler->upscale(picture(5, 3), {.max_memory_bytes = needed}, count));
  EXPECT_GT(calls, 0);
}

TEST_F(UpscalerTest, MemoryGrowsWithThePictureAndNeverOverflows) {
  const auto network = upscaler(enlarger());
  const auto bicubic = make_bicubic_upscaler(4);
  for (Upscaler* upscaler : {network.get(), bicubic.get()}) {
    const auto small = upscaler->memory_bytes({100, 100}, 8),
               large = upscaler->memory_bytes({30000, 30000}, 8);
    ASSERT_TRUE(small && large);
    EXPECT_GT(*small, 100 * 100 * 3);
    EXPECT_GT(*large, *small * 10'000);
  }
  EXPECT_FALSE(
      bicubic->check_memory({std::int64_t{1} << 40, std::int64_t{1} << 40}, {.max_memory_bytes = 1 << 30}));
}

TEST_F(UpscalerTest, ResamplingNeedsMemoryOnlyForAnotherSize) {
  EXPECT_TRUE(check_resample_memory({10, 10}, {10, 10}, {.max_memory_bytes = 0}));
  EXPECT_TRUE(check_resample_memory({10, 10}, {20, 30}, {.max_memory_bytes = 3 * (100 + 300 + 600)}));
  expect_failure(check_resample_memory({10, 10}, {20, 30}, {.max_memory_bytes = 3 * (100 + 300 + 600) - 1}),
                 ErrorKind::kResource, "a result of 20x30");
  expect_failure(check_resample_memory({10, 10}, {INT64_MAX, INT64_MAX}, {.max_memory_bytes = 1 << 30}),
                 ErrorKind::kResource, "EiB");
}

TEST_F(UpscalerTest, ProgressThatSaysNoStopsTheRun) {
  const auto no = [](double) { return false; };
  expect_failure(upscaler(enlarger())->upscale(picture(5, 3), {}, no), ErrorKind::kInterrupted, "");
  expect_failure(make_bicubic_upscaler(2)->upscale(picture(5, 3), {}, no), ErrorKind::kInterrupted, "");
}

TEST_F(UpscalerTest, ProgressEndsAtOneAndNeverFalls) {
  double last = 0;
  const auto result = upscaler(enlarger())->upscale(picture(5, 3), {}, [&](double done) {
    EXPECT_GE(done, last);
    last = done;
    return true;
  });
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(last, 1);
}

TEST_F(UpscalerTest, OneUpscalerTakesPicturesOfManySizes) {
  const auto upscaler = this->upscaler(enlarger());
  for (const Extent size : {Extent{5, 3}, Extent{4, 3}, Extent{4, 3}, Extent{1, 1}, Extent{5, 3}}) {
    const Image small = picture(size.width_px, size.height_px);
    EXPECT_EQ(*upscaler->upscale(small, {}, [](double) { return true; }), repeated(small, 2));
  }
}

TEST(BicubicUpscaler, IsTheInterpolationAndCallsItselfThat) {
  const auto upscaler = make_bicubic_upscaler(3);
  EXPECT_EQ(upscaler->name(), "bicubic");
  EXPECT_EQ(upscaler->precision(), "none");
  const Image small = picture(5, 4);
  EXPECT_EQ(*upscaler->upscale(small, {}, [](double) { return true; }), *bicubic_resize(small, 15, 12));
}

}  // namespace
}  // namespace nawq::session
