#include "session/wordlength_search.h"

#include <algorithm>

#include "session/search_tiny_test.h"

namespace nawq::session {
namespace {

using quantize::Metric;
using WordlengthSearch = SearchOfTiny;

TEST_F(WordlengthSearch, EveryOptimizerHoldsWhatIsAskedAndOursSpendsLeast) {
  const quantize::Tolerance wanted = half_way();
  const auto best = search({.tolerance = wanted});
  ASSERT_TRUE(best) << best.error().message;
  EXPECT_TRUE(best->holds);
  EXPECT_GT(bops_reduction(prepared_tiny().layers, best->assignment), 1.1);
  for (const Optimizer optimizer :
       {Optimizer::kWlopt, Optimizer::kAnnealing, Optimizer::kGenetic, Optimizer::kRandom}) {
    const auto found = search({.optimizer = optimizer, .tolerance = wanted});
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->holds) << optimizer_name(optimizer);
    EXPECT_TRUE(wanted.holds(found->score)) << optimizer_name(optimizer);
    EXPECT_LE(cost_.total(prepared_tiny().layers, best->assignment),
              cost_.total(prepared_tiny().layers, found->assignment))
        << optimizer_name(optimizer);
  }
}

TEST_F(WordlengthSearch, TheScoreIsThatOfTheAssignment) {
  const auto found =
      search({.tolerance = half_way(), .dre = {.kind = DreRequest::Kind::kEnergy, .energy = 0.5}});
  ASSERT_TRUE(found);
  ThreadTeam team = team_of(1);
  EngineEvaluator fresh(prepared_tiny(), tiny_references(), best_isa(), team, {.with_ssim = true});
  const quantize::Score score = fresh.evaluate(found->assignment, {}).value();
  EXPECT_EQ(score.psnr_db, found->score.psnr_db);
  EXPECT_EQ(score.error, found->score.error);
  EXPECT_GE(std::ranges::count_if(found->assignment, [](const auto& choice) { return choice.dre; }), 1);
}

TEST_F(WordlengthSearch, EightBitsEverywhereWhereThatIsGoodEnough) {
  const auto found =
      search({.tolerance = {.metric = Metric::kFidelity, .reference = fidelity_of(8) - 1, .epsilon = 0}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->assignment, tiny_uniform(8));
  EXPECT_DOUBLE_EQ(bops_reduction(prepared_tiny().layers, found->assignment), 2);
}

TEST_F(WordlengthSearch, AMissNamesHowFarAndWhichLayers) {
  const quantize::Tolerance wanted{.metric = Metric::kFidelity, .reference = 120, .epsilon = 0};
  for (const Optimizer optimizer : {Optimizer::kKnapsack, Optimizer::kWlopt}) {
    const auto found = search({.optimizer = optimizer, .tolerance = wanted});
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->holds);
    EXPECT_EQ(found->assignment, tiny_uniform(16)) << "the best there is";
    const Error error = missed_tolerance(prepared_tiny(), *found, wanted).value();
    EXPECT_EQ(error.kind, ErrorKind::kQuality);
    EXPECT_NE(error.message.find("120.00 dB"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("'/b/b."), std::string::npos) << error.message;
  }
}

TEST_F(WordlengthSearch, ABudgetIsTheSearchsAlone) {
  const auto found = search({.optimizer = Optimizer::kRandom,
                             .tolerance = half_way(),
                             .budget = {.evaluations = 4},
                             .dre = {.kind = DreRequest::Kind::kEnergy, .energy = 0.5}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->budget_evaluations, 4);
  EXPECT_GT(found->evaluations, 4) << "run-time ranges need every layer's loss";
  ASSERT_TRUE(found->resilience);
  EXPECT_EQ(found->resilience->layers.size(), searched_layers(prepared_tiny().layers).size());
}

TEST_F(WordlengthSearch, StopsWhenItIsTold) {
  int told = 0;
  const auto stopped = search_wordlengths(prepared_tiny(), evaluator_, cost_, {.tolerance = half_way()},
                                          [&](double, const quantize::MeasuredPoint&) { return ++told < 3; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
}

TEST_F(WordlengthSearch, ProgressNeverGoesBackToNothing) {
  double last = 0;
  ASSERT_TRUE(search_wordlengths(prepared_tiny(), evaluator_, cost_, {.tolerance = half_way()},
                                 [&](double done, const quantize::MeasuredPoint&) {
                                   EXPECT_GT(done, 0);
                                   EXPECT_LE(done, 1);
                                   last = done;
                                   return kGoesOn;
                                 }));
  EXPECT_GT(last, 0.5);
}

TEST(Optimizers, AreFoundByTheirNames) {
  for (const Optimizer optimizer : {Optimizer::kKnapsack, Optimizer::kWlopt, Optimizer::kAnnealing,
                                    Optimizer::kGenetic, Optimizer::kRandom})
    EXPECT_EQ(find_optimizer(optimizer_name(optimizer)), optimizer);
  EXPECT_EQ(find_optimizer("best"), std::nullopt);
}

}  // namespace
}  // namespace nawq::session
