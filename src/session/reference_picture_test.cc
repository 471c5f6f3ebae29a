#include "session/reference_picture.h"

#include <cmath>

#include "image/measures.h"
#include "session/prepared_tiny_test.h"
#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

Result<std::vector<ReferencePicture>> made_of(const onnx::TestModel& model, std::vector<PicturePair> pairs) {
  const Network network = std::move(*open(model));
  ThreadTeam team = team_of(2);
  NAWQ_TRY(const plan::Program floating, plan_floating(network, {}));
  return reference_pictures(floating, std::move(pairs), best_isa(), team);
}

PicturePair pair_of(Extent small, Extent original) {
  PicturePair pair{"one", bench_picture(small, 3).value(), {}};
  if (original.width_px > 0) pair.original = bench_picture(original, 3).value();
  return pair;
}

std::vector<PicturePair> one(PicturePair pair) {
  std::vector<PicturePair> pairs;
  pairs.push_back(std::move(pair));
  return pairs;
}

TEST(ReferencePicture, IsMeasuredAsEvaluationDoes) {
  const ReferencePicture& picture = tiny_references().front();
  const Result<double> wanted = psnr_y_db(picture.original, picture.in_float, 4);
  // psnr_y_db does not round the 16-bit output to 8 bits first, as score_of does: that is worth little.
  ASSERT_TRUE(wanted);
  EXPECT_NEAR(picture.float_psnr_db, *wanted, 0.01);
  EXPECT_GT(picture.float_ssim, 0.1);
  EXPECT_LT(picture.float_ssim, 1);
}

TEST(ReferencePicture, ItsOwnResultHasNoError) {
  for (const ReferencePicture& picture : tiny_references()) {
    const PictureScore score = score_of(picture, picture.in_float, 4, true).value();
    EXPECT_EQ(score.error, 0);
    EXPECT_EQ(score.psnr_db, picture.float_psnr_db);
    EXPECT_EQ(score.ssim, picture.float_ssim);
  }
}

TEST(ReferencePicture, OriginalsHaveTheSizeOfTheResult) {
  EXPECT_TRUE(made_of(enlarger(2), one(pair_of({20, 16}, {40, 32}))));
  for (const Extent original : {Extent{40, 31}, Extent{41, 32}, Extent{20, 16}})
    expect_failure(made_of(enlarger(2), one(pair_of({20, 16}, original))), ErrorKind::kInput,
                   "one: the original has");
}

TEST(ReferencePicture, WithoutAnOriginalTheFloatResultIsThatInstead) {
  const auto pictures = made_of(enlarger(2), one(pair_of({20, 16}, {})));
  ASSERT_TRUE(pictures);
  EXPECT_TRUE(pictures->front().original.empty());
  EXPECT_GT(pictures->front().float_psnr_db, 50) << "only rounding to 8 bits is between them";
}

TEST(ReferencePicture, TooFewPixelsToMeasureOnAreRefused) {
  // Without the border of 2 on every side, 11 are left of 15 for the window of SSIM.
  EXPECT_TRUE(made_of(enlarger(2), one(pair_of({8, 8}, {}))));
  expect_failure(made_of(enlarger(2), one(pair_of({7, 20}, {}))), ErrorKind::kInput, "too few to measure on");
  expect_failure(made_of(enlarger(2), one(pair_of({20, 7}, {}))), ErrorKind::kInput, "too few to measure on");
}

TEST(ReferencePicture, WhatIsPaddedForTheNetworkIsNotMeasured) {
  const auto exact = made_of(enlarger(2, 3, {20, 16}), one(pair_of({20, 16}, {})));
  const auto padded = made_of(enlarger(2, 3, {32, 24}), one(pair_of({20, 16}, {})));
  ASSERT_TRUE(exact);
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->front().padded.width_px(), 32);
  EXPECT_EQ(padded->front().size, (Extent{40, 32}));
  EXPECT_EQ(padded->front().float_luma.samples, exact->front().float_luma.samples);
}

TEST(ReferencePicture, OneChannelNetworksAreMeasuredOnLuma) {
  const auto pictures = made_of(enlarger(2, 1), one(pair_of({20, 16}, {40, 32})));
  ASSERT_TRUE(pictures) << pictures.error().message;
  EXPECT_EQ(pictures->front().padded.channels(), 1);
  EXPECT_TRUE(std::isfinite(pictures->front().float_psnr_db));
}

}  // namespace
}  // namespace nawq::session
