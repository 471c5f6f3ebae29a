#include "session/engine_evaluator.h"

#include "session/prepared_tiny_test.h"

namespace nawq::session {
namespace {

using quantize::Score;

std::vector<quantize::Assignment> some_mixes() {
  return {tiny_uniform(16), tiny_mix({8}), tiny_mix({7}),  tiny_mix({3, 8}),
          tiny_mix({0}),    tiny_mix({3}), tiny_uniform(8)};
}

Score fresh_score(const quantize::Assignment& assignment, int threads = 2, Isa isa = best_isa()) {
  ThreadTeam team = team_of(threads);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), isa, team, {.with_ssim = true});
  return evaluator.evaluate(assignment, {}).value();
}

void expect_equal(const Score& a, const Score& b) {
  EXPECT_EQ(a.psnr_db, b.psnr_db);
  EXPECT_EQ(a.ssim, b.ssim);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.picture_psnr_db, b.picture_psnr_db);
  EXPECT_EQ(a.picture_error, b.picture_error);
  EXPECT_EQ(a.complete, b.complete);
}

TEST(EngineEvaluator, GoingOnFromWhatIsKeptGivesTheScoresOfAFreshStart) {
  ThreadTeam team = team_of(2);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {.with_ssim = true});
  const auto mixes = some_mixes();
  for (int round = 0; round < 2; ++round)
    for (const quantize::Assignment& mix : mixes)
      expect_equal(evaluator.evaluate(mix, {}).value(), fresh_score(mix));
  EXPECT_LT(evaluator.work(), 2.0 * static_cast<double>(mixes.size()) - 1) << "nothing was kept";
}

TEST(EngineEvaluator, MeasuringTheSameAgainCostsLittle) {
  ThreadTeam team = team_of(2);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {});
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(evaluator.evaluate(tiny_uniform(16), {}));
  const double before = evaluator.work();
  EXPECT_NEAR(before, 2, 1e-9) << "the first run keeps nothing, the second what came twice";
  ASSERT_TRUE(evaluator.evaluate(tiny_uniform(16), {}));
  EXPECT_LT(evaluator.work() - before, 0.3);
}

TEST(EngineEvaluator, ACacheOfNoBytesChangesNothingButTheWork) {
  ThreadTeam team = team_of(2);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team,
                            {.with_ssim = true, .cache_bytes = 0});
  for (const quantize::Assignment& mix : some_mixes())
    expect_equal(evaluator.evaluate(mix, {}).value(), fresh_score(mix));
  EXPECT_NEAR(evaluator.work(), static_cast<double>(some_mixes().size()), 1e-9);
}

TEST(EngineEvaluator, ThreadsAndInstructionSetsGiveTheSameScores) {
  const Score wanted = fresh_score(tiny_mix({3, 8}));
  for (const int threads : {1, 3}) expect_equal(fresh_score(tiny_mix({3, 8}), threads), wanted);
  for (const Isa isa : supported_isas()) expect_equal(fresh_score(tiny_mix({3, 8}), 2, isa), wanted);
}

TEST(EngineEvaluator, MoreEightBitsMeanMoreError) {
  const double all16 = fresh_score(tiny_uniform(16)).error, one = fresh_score(tiny_mix({0})).error,
               all8 = fresh_score(tiny_uniform(8)).error;
  EXPECT_GT(all16, 0);
  EXPECT_GT(one, all16);
  EXPECT_GT(all8, one);
}

TEST(EngineEvaluator, WhatHoldsIsNeverStoppedEarly) {
  for (const quantize::Metric metric :
       {quantize::Metric::kPsnr, quantize::Metric::kSsim, quantize::Metric::kFidelity})
    for (const quantize::Assignment& mix : some_mixes()) {
      const Score whole = fresh_score(mix);
      ThreadTeam team = team_of(2);
      EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {.with_ssim = true});
      const Score score = evaluator.evaluate(mix, quantize::Needed{metric, value_of(whole, metric)}).value();
      expect_equal(score, whole);
    }
}

TEST(EngineEvaluator, WhatIsFarOffStopsEarlyAfterTheSamePictures) {
  const quantize::Needed needed{quantize::Metric::kFidelity, 120};
  for (const int threads : {1, 2, 3}) {
    ThreadTeam team = team_of(threads);
    EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {});
    const Score score = evaluator.evaluate(tiny_uniform(8), needed).value();
    EXPECT_FALSE(score.complete);
    EXPECT_EQ(score.picture_error.size(), 8u);
    EXPECT_LT(evaluator.work(), 1);
  }
}

TEST(EngineEvaluator, FloatAsTheNetworkHasNoError) {
  ThreadTeam team = team_of(2);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {.with_ssim = true});
  const PreparedNetwork floating = ranged_tiny();
  const plan::Program program = floating.floating_program(floating.graphs).value();
  const Score score = evaluator.evaluate(program, {}).value(), reference = evaluator.reference();
  EXPECT_EQ(score.error, 0);
  EXPECT_DOUBLE_EQ(score.psnr_db, reference.psnr_db);
  EXPECT_DOUBLE_EQ(score.ssim, reference.ssim);
}

TEST(EngineEvaluator, StopsWhenItIsTold) {
  ThreadTeam team = team_of(2);
  int asked = 0;
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team,
                            {.goes_on = [&] { return ++asked < 2; }});
  EXPECT_TRUE(evaluator.evaluate(tiny_uniform(16), {}));
  const auto stopped = evaluator.evaluate(tiny_uniform(8), {});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace nawq::session
