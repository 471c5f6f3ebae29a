// What holds for every search, and what is each one's own.
#include <gtest/gtest.h>

#include "quantize/annealing.h"
#include "quantize/bops_cost.h"
#include "quantize/genetic.h"
#include "quantize/noisy_network_test.h"
#include "quantize/random_search.h"
#include "quantize/trials.h"
#include "quantize/wlopt.h"

namespace nawq::quantize {
namespace {

using Search = Result<SearchResult> (*)(const SearchProblem&, SearchProgress);

struct NamedSearch {
  const char* name;
  Search search;
};

const BopsCost kBops;

struct Setting {
  std::vector<Layer> layers;
  NoisyNetwork network;
  SearchProblem problem;

  Setting(const std::vector<std::int64_t>& macs, std::vector<double> noise, double epsilon)
      : layers(chain_of(macs)),
        network(std::move(noise)),
        problem{layers, network, kBops, {Metric::kPsnr, kFloatPsnrDb, epsilon}} {}
};

// Where the whole tolerance is spent: 0.1 dB are an error of about 0.86.
struct Usual : Setting {
  explicit Usual(double epsilon = 0.1)
      : Setting({100, 80, 60, 40, 20, 10, 10, 5}, {0.3, 0.1, 0.4, 0.05, 0.3, 0.02, 0.2, 0.1}, epsilon) {}
};

class AnySearch : public testing::TestWithParam<NamedSearch> {
 protected:
  static Result<SearchResult> search(const SearchProblem& problem) {
    return GetParam().search(problem, keep_going);
  }
};

TEST_P(AnySearch, ReportsTheCheapestOfWhatItMeasuredThatHolds) {
  Usual usual;
  usual.problem.budget.evaluations = 60;
  const auto result = search(usual.problem);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_TRUE(result->holds);
  EXPECT_EQ(result->evaluations, usual.network.evaluations);
  EXPECT_EQ(std::ssize(result->points), result->evaluations);
  std::int64_t violations = 0;
  for (const MeasuredPoint& point : result->points) {
    if (!usual.problem.tolerance.holds(point.score)) {
      ++violations;
    } else {
      EXPECT_LE(kBops.total(usual.layers, result->assignment), kBops.total(usual.layers, point.assignment));
    }
  }
  EXPECT_EQ(result->violations, violations);
  EXPECT_EQ(result->score.psnr_db, usual.network.score_of(result->assignment).psnr_db);
}

TEST_P(AnySearch, GivesTheSameForTheSameSeed) {
  Usual a, b;
  a.problem.budget.evaluations = b.problem.budget.evaluations = 40;
  const auto first = search(a.problem), second = search(b.problem);
  ASSERT_TRUE(first && second);
  ASSERT_EQ(first->points.size(), second->points.size());
  for (std::size_t i = 0; i < first->points.size(); ++i)
    EXPECT_EQ(first->points[i].assignment, second->points[i].assignment) << i;
}

TEST_P(AnySearch, KeepsItsBudgetOfEvaluations) {
  for (const std::int64_t evaluations : {1, 3, 7}) {
    Usual usual;
    usual.problem.budget.evaluations = evaluations;
    const auto result = search(usual.problem);
    ASSERT_TRUE(result);
    EXPECT_EQ(usual.network.evaluations, evaluations);
    EXPECT_TRUE(result->holds);
  }
}

TEST_P(AnySearch, EndsWithoutABudget) {
  Usual usual;
  ASSERT_TRUE(search(usual.problem));
  EXPECT_GE(usual.network.evaluations, 9);
  EXPECT_LT(usual.network.evaluations, 30);
}

TEST_P(AnySearch, WhatATimeLimitLeftDoneIsRepeatedByItsNumberOfEvaluations) {
  Usual timed, counted;
  timed.problem.budget.seconds = 1e-9;
  const auto result = search(timed.problem);
  ASSERT_TRUE(result);
  counted.problem.budget.evaluations = result->evaluations;
  const auto repeated = search(counted.problem);
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->evaluations, result->evaluations);
  EXPECT_EQ(repeated->assignment, result->assignment);
}

TEST_P(AnySearch, StoppedEvaluationsDoNotHold) {
  Usual usual;
  usual.network.stops_early = true;
  usual.problem.budget.evaluations = 40;
  const auto result = search(usual.problem);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->holds);
  EXPECT_TRUE(result->score.complete);
}

TEST_P(AnySearch, SaysWhenNothingHoldsAndGivesTheBest) {
  Usual impossible(-1);
  const auto result = search(impossible.problem);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->holds);
  EXPECT_EQ(result->assignment, with_bits({16, 16, 16, 16, 16, 16, 16, 16}));
  EXPECT_EQ(result->violations, result->evaluations);
}

TEST_P(AnySearch, MeasuresOnceWhereNothingIsSearched) {
  Setting nothing({}, {}, 0.1);
  const auto result = search(nothing.problem);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->holds);
  EXPECT_EQ(result->evaluations, 1);
  EXPECT_EQ(result->assignment, with_bits({}));
}

TEST_P(AnySearch, PassesAnInterruptionOn) {
  Usual usual;
  usual.network.interrupted_after = 4;
  const auto result = search(usual.problem);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInterrupted);
}

TEST_P(AnySearch, StopsWhenProgressSaysSo) {
  Usual usual;
  double last = 0;
  int calls = 0;
  const auto result = GetParam().search(usual.problem, [&](double done, const MeasuredPoint&) {
    EXPECT_GE(done, last);
    EXPECT_LE(done, 1);
    last = done;
    return ++calls < 3;
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(usual.network.evaluations, 3);
}

INSTANTIATE_TEST_SUITE_P(Searches, AnySearch,
                         testing::Values(NamedSearch{"wlopt", search_wlopt},
                                         NamedSearch{"annealing", search_annealing},
                                         NamedSearch{"genetic", search_genetic},
                                         NamedSearch{"random", search_random}),
                         [](const auto& named) { return named.param.name; });

std::vector<std::string> measured(const SearchResult& result) {
  std::vector<std::string> texts;
  for (const MeasuredPoint& point : result.points) texts.push_back(to_text(point.assignment));
  return texts;
}

TEST(Wlopt, GoesOnceFromTheMostExpensiveLayerKeepingWhatHolds) {
  // Ties in the order of the graph; the tolerance is an error of 0.86.
  Setting setting({10, 40, 10, 20}, {0.3, 0.5, 0.02, 0.6}, 0.1);
  const auto result = search_wlopt(setting.problem, keep_going);
  ASSERT_TRUE(result);
  EXPECT_EQ(measured(*result), (std::vector<std::string>{"86666", "86866", "86868", "88866", "88886"}));
  EXPECT_EQ(to_text(result->assignment), "88886");
}

TEST(Wlopt, EndsAtAllEightWhereThatHolds) {
  Usual loose(5);
  const auto result = search_wlopt(loose.problem, keep_going);
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(bops_reduction(loose.layers, result->assignment), 2);
}

TEST(Wlopt, OtherMetricsSteerIt) {
  Setting setting({10, 40}, {0.3, 0.5}, 0);
  setting.problem.tolerance = {Metric::kFidelity, 10 * std::log10(65025 / 0.4), 0};
  EXPECT_EQ(to_text(search_wlopt(setting.problem, keep_going)->assignment), "886");
  setting.problem.tolerance = {Metric::kSsim, 0.9, 0.0006};
  EXPECT_EQ(to_text(search_wlopt(setting.problem, keep_going)->assignment), "868");
}

TEST(Annealing, TakesManyStepsBackAtFirstAndHardlyAnyLater) {
  Usual usual(5);
  usual.problem.budget.evaluations = 400;
  const auto result = search_annealing(usual.problem, keep_going);
  ASSERT_TRUE(result);
  EXPECT_EQ(to_text(result->points.front().assignment), "866666666");
  EXPECT_DOUBLE_EQ(bops_reduction(usual.layers, result->assignment), 2) << "nothing stands in the way";
}

TEST(Genetic, PopulationIsAQuarterOfTheLayersAndImproves) {
  std::vector<std::int64_t> macs(40, 10);
  Setting setting(macs, std::vector<double>(40, 0.001), 1);
  setting.problem.budget.evaluations = 400;
  const auto result = search_genetic(setting.problem, keep_going);
  ASSERT_TRUE(result);
  double first_best = 0;
  for (std::size_t i = 1; i <= 10; ++i)
    first_best = std::max(first_best, bops_reduction(setting.layers, result->points[i].assignment));
  EXPECT_GT(bops_reduction(setting.layers, result->assignment), first_best + 0.1);
}

TEST(RandomSearch, AnotherSeedDrawsOthers) {
  Usual a, b;
  b.problem.seed = 2;
  EXPECT_NE(measured(*search_random(a.problem, keep_going)), measured(*search_random(b.problem, keep_going)));
}

}  // namespace
}  // namespace nawq::quantize
