#include "session/evaluate.h"

#include <cmath>

#include "image/geometry.h"
#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

class PairsInMemory final : public PairSource {
 public:
  explicit PairsInMemory(std::vector<EvaluationPair> pairs) : pairs_(std::move(pairs)) {}
  std::int64_t count() const override { return static_cast<std::int64_t>(pairs_.size()); }
  Result<EvaluationPair> read(std::int64_t index) override { return pairs_[static_cast<std::size_t>(index)]; }

 private:
  std::vector<EvaluationPair> pairs_;
};

// Blocks of `block` x `block` equal pixels, `step` brighter than they should be.
Image blocks(std::int64_t width_px, std::int64_t height_px, std::int64_t block, int step = 0,
             int channels = 3) {
  Image image = *Image::create(width_px, height_px, channels, 8);
  for (std::int64_t y = 0; y < height_px; ++y)
    for (std::int64_t x = 0; x < width_px; ++x)
      for (int c = 0; c < channels; ++c)
        image.set_sample(x, y, c, static_cast<int>(x / block * 7 + y / block * 3 + c * 10) + step);
  return image;
}

class Evaluate : public testing::Test {
 protected:
  Result<Evaluation> evaluate_all(std::vector<EvaluationPair> pairs, const EvaluationOptions& options = {}) {
    PairsInMemory source(std::move(pairs));
    return evaluate(*upscaler_, source, options, [&](const EvaluationRow&, std::int64_t done) {
      EXPECT_EQ(done, ++steps_);
      return true;
    });
  }

  ThreadTeam team_ = two_threads();
  std::unique_ptr<Upscaler> upscaler_ = make_network_upscaler(std::move(*open(enlarger())), team_);
  std::int64_t steps_ = 0;
};

TEST_F(Evaluate, IdenticalPicturesHaveInfinitePsnr) {
  const auto result = evaluate_all({{"a", blocks(40, 32, 2), blocks(20, 16, 1)}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(std::isinf(result->psnr_db));
  EXPECT_DOUBLE_EQ(result->ssim, 1);
}

TEST_F(Evaluate, KnownDifferencesGiveKnownNumbersAndTheirMean) {
  const auto result = evaluate_all(
      {{"a", blocks(40, 32, 2, 10), blocks(20, 16, 1)}, {"b", blocks(40, 32, 2, 20), blocks(20, 16, 1)}});
  ASSERT_TRUE(result);
  const auto psnr_db = [](double step) { return 20 * std::log10(255 / (step * 219 / 255)); };
  ASSERT_EQ(result->rows.size(), 2u);
  EXPECT_EQ(result->rows[0].name, "a");
  EXPECT_NEAR(result->rows[0].psnr_db, psnr_db(10), 1e-9);
  EXPECT_NEAR(result->rows[1].psnr_db, psnr_db(20), 1e-9);
  EXPECT_NEAR(result->psnr_db, (psnr_db(10) + psnr_db(20)) / 2, 1e-9);
  EXPECT_EQ(steps_, 2);
}

TEST_F(Evaluate, RgbMeasuresAllChannels) {
  const auto result =
      evaluate_all({{"a", blocks(40, 32, 2, 10), blocks(20, 16, 1)}}, {.space = MeasureSpace::kRgb});
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->psnr_db, 20 * std::log10(255 / 10.0), 1e-9);
}

TEST_F(Evaluate, TheBorderIsTheScaleUnlessStated) {
  Image hr = blocks(40, 32, 2);
  for (std::int64_t y = 0; y < 32; ++y)
    hr.set_sample(1, y, 1, 200);  // the second column, inside a border of 2
  const std::vector<EvaluationPair> pairs{{"a", hr, blocks(20, 16, 1)}};
  EXPECT_TRUE(std::isinf(evaluate_all(pairs)->psnr_db));
  steps_ = 0;
  EXPECT_FALSE(std::isinf(evaluate_all(pairs, {.border_px = 1})->psnr_db));
}

TEST_F(Evaluate, OriginalsAreCutToAMultipleOfTheScale) {
  const auto result = evaluate_all({{"a", blocks(41, 33, 2), blocks(20, 16, 1)}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(std::isinf(result->psnr_db));
}

TEST_F(Evaluate, MissingSmallPicturesAreMadeFromTheCutOriginals) {
  const Image odd = blocks(41, 33, 3);
  const auto of_odd = evaluate_all({{"a", odd, std::nullopt}});
  steps_ = 0;
  const auto of_even = evaluate_all({{"a", *crop(odd, 0, 0, 40, 32), std::nullopt}});
  ASSERT_TRUE(of_odd && of_even);
  EXPECT_EQ(of_odd->psnr_db, of_even->psnr_db);
  EXPECT_EQ(of_odd->ssim, of_even->ssim);
}

TEST_F(Evaluate, GreyOriginalsAreThreeEqualChannels) {
  const auto grey = evaluate_all({{"a", blocks(40, 32, 2, 10, 1), blocks(20, 16, 1, 0, 1)}});
  ASSERT_TRUE(grey) << grey.error().message;
  EXPECT_NEAR(grey->psnr_db, 20 * std::log10(255 / (10 * 219 / 255.0)), 1e-9);
}

TEST_F(Evaluate, PicturesThatAreNoPairAreNamedWithTheirSizes) {
  for (const Image& hr : {blocks(42, 32, 2), blocks(40, 34, 2), blocks(39, 32, 2), blocks(20, 16, 1)}) {
    steps_ = 0;
    expect_failure(evaluate_all({{"cat.png", hr, blocks(20, 16, 1)}}), ErrorKind::kInput,
                   "cat.png: LR is 20x16 and HR ");
  }
}

TEST_F(Evaluate, PicturesThatAreTooSmallAreNamed) {
  expect_failure(evaluate_all({{"dot.png", blocks(1, 1, 1), std::nullopt}}), ErrorKind::kInput, "dot.png: ");
  expect_failure(evaluate_all({{"spot.png", blocks(12, 12, 1), std::nullopt}}), ErrorKind::kInput,
                 "spot.png: a picture of 12x12 is too small to measure");
}

TEST_F(Evaluate, AnEmptySetIsAnError) { expect_failure(evaluate_all({}), ErrorKind::kOutput, "no pictures"); }

TEST_F(Evaluate, MemoryLimitReachesTheUpscaler) {
  expect_failure(evaluate_all({{"a", blocks(40, 32, 2), std::nullopt}}, {.max_memory_bytes = 100}),
                 ErrorKind::kResource, "a: a picture of 20x16 needs about");
}

TEST_F(Evaluate, ProgressThatSaysNoStops) {
  PairsInMemory pairs({{"a", blocks(40, 32, 2), std::nullopt}});
  expect_failure(evaluate(*upscaler_, pairs, {}, [](const EvaluationRow&, std::int64_t) { return false; }),
                 ErrorKind::kInterrupted, "");
}

}  // namespace
}  // namespace nawq::session
