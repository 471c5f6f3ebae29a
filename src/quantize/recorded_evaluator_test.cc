#include "quantize/recorded_evaluator.h"

#include <gtest/gtest.h>

#include "quantize/bops_cost.h"
#include "quantize/noisy_network_test.h"
#include "quantize/wlopt.h"

namespace nawq::quantize {
namespace {

const BopsCost kBops;

struct Recorded {
  std::vector<Layer> layers = chain_of({40, 30, 20, 10});
  NoisyNetwork network{{0.1, 0.4, 0.2, 0.3}};
  RecordedEvaluator recorded{network, "tpsr_x4 0123 abcd"};
  SearchProblem problem{layers, recorded, kBops, {Metric::kPsnr, kFloatPsnrDb, 0.1}};
};

TEST(RecordedEvaluator, MeasuresEveryAssignmentOnce) {
  Recorded r;
  const auto first = r.recorded.evaluate(with_bits({8, 8, 16, 16}), {});
  const auto again = r.recorded.evaluate(with_bits({8, 8, 16, 16}), Needed{Metric::kPsnr, 99});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->psnr_db, again->psnr_db);
  EXPECT_EQ(r.network.evaluations, 1);
  EXPECT_EQ(r.recorded.measured(), 1);
  EXPECT_EQ(r.recorded.repeated(), 1);
}

TEST(RecordedEvaluator, WhatWasStoppedAnswersWhoNeedsAsMuch) {
  Recorded r;
  r.network.stops_early = true;
  const Assignment bad = with_bits({8, 8, 8, 8});
  ASSERT_FALSE(r.recorded.evaluate(bad, Needed{Metric::kPsnr, 32})->complete);
  EXPECT_FALSE(r.recorded.evaluate(bad, Needed{Metric::kPsnr, 32})->complete);
  EXPECT_FALSE(r.recorded.evaluate(bad, Needed{Metric::kPsnr, 33})->complete);
  EXPECT_EQ(r.network.evaluations, 1);
  EXPECT_TRUE(r.recorded.evaluate(bad, Needed{Metric::kPsnr, 20})->complete);
  EXPECT_EQ(r.network.evaluations, 2);
  EXPECT_TRUE(r.recorded.evaluate(bad, {})->complete);
  EXPECT_EQ(r.network.evaluations, 2);
  EXPECT_EQ(r.recorded.points().size(), 1u);
}

TEST(RecordedEvaluator, AnInterruptedSearchGoesOnFromItsMemory) {
  Recorded whole;
  const auto expected = search_wlopt(whole.problem, keep_going);
  ASSERT_TRUE(expected);

  Recorded first;
  first.network.stops_early = true;
  first.network.interrupted_after = 3;
  ASSERT_EQ(search_wlopt(first.problem, keep_going).error().kind, ErrorKind::kInterrupted);
  Recorded second;
  const Status loaded = second.recorded.load(first.recorded.save());
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto resumed = search_wlopt(second.problem, keep_going);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->assignment, expected->assignment);
  EXPECT_EQ(resumed->evaluations, expected->evaluations);
  EXPECT_EQ(second.network.evaluations, expected->evaluations - 3);
  EXPECT_EQ(second.recorded.work(), whole.recorded.work());
}

TEST(RecordedEvaluator, SavedAndLoadedNothingIsLost) {
  Recorded r;
  r.network.stops_early = true;
  r.recorded.set_label("a b");
  ASSERT_TRUE(r.recorded.evaluate(with_bits({8, 16, 16, 16}), {}));
  ASSERT_TRUE(r.recorded.evaluate(with_bits({8, 8, 8, 8}), Needed{Metric::kPsnr, 32}));
  Assignment dre = with_bits({16, 8, 16, 16});
  dre[1].dre = dre[2].dre = true;
  r.recorded.set_label("");
  ASSERT_TRUE(r.recorded.evaluate(dre, {}));
  Recorded copy;
  ASSERT_TRUE(copy.recorded.load(r.recorded.save()));
  EXPECT_EQ(copy.recorded.save(), r.recorded.save());
  ASSERT_EQ(copy.recorded.points().size(), 3u);
  EXPECT_EQ(copy.recorded.points()[2].assignment, dre);
  EXPECT_EQ(copy.recorded.points()[2].score.picture_psnr_db, r.recorded.points()[2].score.picture_psnr_db);
  EXPECT_FALSE(copy.recorded.points()[1].score.complete);
  EXPECT_FALSE(copy.recorded.evaluate(with_bits({8, 8, 8, 8}), Needed{Metric::kPsnr, 32})->complete);
  EXPECT_EQ(copy.network.evaluations, 0);
}

std::string saved_text() {
  Recorded r;
  EXPECT_TRUE(r.recorded.evaluate(with_bits({8, 16, 16, 16}), {}));
  return r.recorded.save();
}

TEST(RecordedEvaluator, AnotherSearchesMemoryIsRefused) {
  Recorded r;
  RecordedEvaluator other(r.network, "imdn_x4");
  const Status loaded = other.load(saved_text());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kUsage);
  EXPECT_NE(loaded.error().message.find("another model"), std::string::npos);
}

TEST(RecordedEvaluator, DamagedTextIsRefusedWhereverItIsCutOrChanged) {
  const std::string text = saved_text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    Recorded cut, changed;
    EXPECT_FALSE(cut.recorded.load(text.substr(0, i))) << i;
    std::string other = text;
    other[i] = other[i] == '7' ? '5' : '7';
    EXPECT_FALSE(changed.recorded.load(other)) << i;
    EXPECT_TRUE(changed.recorded.points().empty());
  }
  Recorded foreign;
  EXPECT_EQ(foreign.recorded.load("PNG...").error().message, "this is not the memory of an earlier search");
}

}  // namespace
}  // namespace nawq::quantize
