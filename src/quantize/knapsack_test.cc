#include "quantize/knapsack.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "quantize/bops_cost.h"
#include "quantize/draws.h"
#include "quantize/noisy_network_test.h"
#include "quantize/time_cost.h"
#include "quantize/wlopt.h"

namespace nawq::quantize {
namespace {

const BopsCost kBops;

// `count` layers with multiplications and noises from a wide range.
struct Wide {
  std::vector<std::int64_t> macs;
  std::vector<double> noise;
  explicit Wide(std::size_t count, std::uint64_t seed = 1) {
    Draws draws(seed);
    for (std::size_t i = 0; i < count; ++i) {
      macs.push_back(static_cast<std::int64_t>(1 + draws.below(1000)));
      noise.push_back(std::pow(10, -3 + 3 * draws.unit()));
    }
  }
};

struct Setting {
  std::vector<Layer> layers;
  NoisyNetwork network;
  SearchProblem problem;
  Setting(const Wide& wide, double epsilon, const CostModel& cost = kBops)
      : layers(chain_of(wide.macs)),
        network(wide.noise),
        problem{layers, network, cost, {Metric::kPsnr, kFloatPsnrDb, epsilon}} {}
};

// The cheapest that holds, of all there are.
double least_cost(const Setting& setting, bool with_dre = false) {
  const std::size_t count = setting.layers.size() - 1, options = with_dre ? 3 : 2;
  double least = HUGE_VAL;
  std::size_t all = 1;
  for (std::size_t i = 0; i < count; ++i) all *= options;
  for (std::size_t mix = 0; mix < all; ++mix) {
    Assignment assignment{{.bits = 8}};
    for (std::size_t i = 0, rest = mix; i < count; ++i, rest /= options)
      assignment.push_back({.bits = rest % options == 0 ? 16 : 8, .dre = rest % options == 2});
    if (setting.problem.tolerance.holds(setting.network.score_of(assignment)))
      least = std::min(least, setting.problem.cost.total(setting.layers, assignment));
  }
  return least;
}

double cost_of(const Setting& setting, const SearchResult& result) {
  return setting.problem.cost.total(setting.layers, result.assignment);
}

TEST(Knapsack, FindsTheCheapestThatHoldsWhereNoiseAdds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const double cross : {0.0, -0.4, 0.7}) {
      Setting setting(Wide(10, seed), 0.1);
      setting.network.cross = cross;
      const auto result = search_knapsack(setting.problem, {.least_gain = 1e-9}, keep_going);
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_TRUE(result->holds);
      EXPECT_EQ(cost_of(setting, *result), least_cost(setting)) << "seed " << seed << " cross " << cross;
      EXPECT_LE(result->evaluations, 12 + 16);
    }
  }
}

TEST(Knapsack, FindsItForOtherMetrics) {
  for (const Tolerance& tolerance : {Tolerance{Metric::kSsim, 0.9, 0.0008},
                                     Tolerance{Metric::kFidelity, 10 * std::log10(65025 / 0.9), 0}}) {
    Setting setting(Wide(10, 3), 0);
    setting.problem.tolerance = tolerance;
    const auto result = search_knapsack(setting.problem, {.least_gain = 1e-9}, keep_going);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->holds);
    EXPECT_EQ(cost_of(setting, *result), least_cost(setting));
  }
}

// As measured on networks: mixes are off from the sum by a few hundredths.
TEST(Knapsack, IsNeverWorseThanWloptWhereNoiseNearlyAdds) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    for (const double interaction : {-0.0005, 0.0005}) {
      Setting ours(Wide(14, seed), 0.1), theirs(Wide(14, seed), 0.1);
      ours.network.interaction = theirs.network.interaction = interaction;
      ours.network.jitter = theirs.network.jitter = 0.01;
      const auto a = search_knapsack(ours.problem, {}, keep_going);
      const auto b = search_wlopt(theirs.problem, keep_going);
      ASSERT_TRUE(a && b);
      EXPECT_TRUE(a->holds);
      EXPECT_LE(cost_of(ours, *a), cost_of(theirs, *b)) << "seed " << seed << " interaction " << interaction;
    }
  }
}

// All-8 has about twice the error of the sum of its layers.
TEST(Knapsack, HoldsAndIsBetterOnTheWholeWhereNoiseDoesNotAdd) {
  double ours_in_all = 0, theirs_in_all = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Setting ours(Wide(14, seed), 0.1), theirs(Wide(14, seed), 0.1);
    ours.network.interaction = theirs.network.interaction = 0.01;
    const auto a = search_knapsack(ours.problem, {}, keep_going);
    const auto b = search_wlopt(theirs.problem, keep_going);
    ASSERT_TRUE(a && b);
    EXPECT_TRUE(a->holds);
    EXPECT_TRUE(ours.problem.tolerance.holds(ours.network.score_of(a->assignment)));
    ours_in_all += cost_of(ours, *a);
    theirs_in_all += cost_of(theirs, *b);
  }
  EXPECT_LT(ours_in_all, theirs_in_all);
}

TEST(Knapsack, TakesRunTimeRangesWhereAsked) {
  Setting setting(Wide(8, 2), 0.1);
  const auto without = search_knapsack(setting.problem, {.least_gain = 1e-9}, keep_going);
  const auto with = search_knapsack(setting.problem, {.choose_dre = true, .least_gain = 1e-9}, keep_going);
  ASSERT_TRUE(without && with);
  EXPECT_EQ(cost_of(setting, *without), least_cost(setting));
  EXPECT_EQ(cost_of(setting, *with), least_cost(setting, true));
  EXPECT_LT(cost_of(setting, *with), cost_of(setting, *without));
}

TEST(Knapsack, RunTimeRangesKeepTheirLimit) {
  Setting setting(Wide(8, 2), 0.1);
  KnapsackOptions options{.choose_dre = true, .dre_overhead_limit = 0.05, .dre_overhead = {}};
  options.dre_overhead.assign(setting.layers.size(), 0.02);
  const auto curve =
      search_curve(setting.problem, std::span(&setting.problem.tolerance, 1), options, keep_going);
  ASSERT_TRUE(curve);
  std::int64_t most = 0;
  for (const CurvePoint& point : curve->curve)
    most = std::max(most, std::int64_t{std::ranges::count(point.assignment, true, &LayerChoice::dre)});
  EXPECT_EQ(most, 2);
}

TEST(Knapsack, ATimeModelsSwitchesAreSeen) {
  const graph::Target target{
      .name = "two", .units = {{"a", {{8, 0.002}}}, {"b", {{16, 0.001}}}}, .switch_us = 300};
  const auto cost = TargetTimeCost::create(target);
  ASSERT_TRUE(cost);
  int optimal = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Setting setting(Wide(9, seed), 0.1, *cost);
    const auto result = search_knapsack(setting.problem, {}, keep_going);
    ASSERT_TRUE(result && result->holds);
    const double least = least_cost(setting);
    optimal += cost_of(setting, *result) <= least * 1.0001;
    EXPECT_LE(cost_of(setting, *result), least * 1.1) << seed;
  }
  EXPECT_GE(optimal, 7) << "it is no exact method there, but a good one";
}

TEST(Knapsack, AllEightThatHoldsNeedsNothingElse) {
  Setting setting(Wide(10), 10);
  const auto result = search_knapsack(setting.problem, {}, keep_going);
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(bops_reduction(setting.layers, result->assignment), 2);
  EXPECT_EQ(setting.network.evaluations, 2);
}

TEST(Knapsack, SaysWhenNothingHoldsAndGivesTheBest) {
  Setting setting(Wide(6), -1);
  const auto result = search_knapsack(setting.problem, {}, keep_going);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->holds);
  EXPECT_EQ(result->assignment, with_bits({16, 16, 16, 16, 16, 16}));
}

TEST(Knapsack, MeasuresOnceOrTwiceWhereNothingIsSearched) {
  Setting setting(Wide(0), 0.1);
  const auto result = search_knapsack(setting.problem, {}, keep_going);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->holds);
  EXPECT_EQ(setting.network.evaluations, 1);
}

TEST(Knapsack, ABudgetThatEndsEarlyGivesTheBestThatWasMeasured) {
  for (const std::int64_t evaluations : {1, 2, 5, 12, 13}) {
    Setting setting(Wide(10), 0.1);
    setting.problem.budget.evaluations = evaluations;
    const auto result = search_knapsack(setting.problem, {}, keep_going);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->holds);
    EXPECT_LE(setting.network.evaluations, evaluations);
    EXPECT_EQ(result->evaluations, setting.network.evaluations);
  }
}

TEST(Knapsack, PassesAnInterruptionOn) {
  Setting setting(Wide(10), 0.1);
  setting.network.interrupted_after = 6;
  EXPECT_EQ(search_knapsack(setting.problem, {}, keep_going).error().kind, ErrorKind::kInterrupted);
}

// Whatever it was asked for.
class StoppingEvaluator : public Evaluator {
 public:
  explicit StoppingEvaluator(NoisyNetwork& network) : network_(network) {}
  Result<Score> evaluate(const Assignment& assignment, std::optional<Needed>) override {
    const std::int64_t before = network_.evaluations;
    NAWQ_TRY(Score score, network_.evaluate(assignment, {}));
    score.complete = before % 3 != 1;
    return score;
  }
  double work() const override { return network_.work(); }

 private:
  NoisyNetwork& network_;
};

TEST(Knapsack, EvaluationsThatWereStoppedDoNotHold) {
  Setting setting(Wide(10), 0.1);
  StoppingEvaluator stopping(setting.network);
  const SearchProblem problem{setting.layers, stopping, kBops, setting.problem.tolerance};
  const auto result = search_knapsack(problem, {}, keep_going);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->holds);
  EXPECT_TRUE(result->score.complete);
}

std::vector<Tolerance> twenty_tolerances() {
  std::vector<Tolerance> tolerances;
  for (int i = 1; i <= 20; ++i) tolerances.push_back({Metric::kPsnr, kFloatPsnrDb, 0.01 * i});
  return tolerances;
}

TEST(KnapsackCurve, SharesItsMeasurementsAmongTolerances) {
  Setting setting(Wide(30), 0.1);
  setting.network.interaction = 0.0005;
  const auto tolerances = twenty_tolerances();
  const auto curve = search_curve(setting.problem, tolerances, {}, keep_going);
  ASSERT_TRUE(curve) << curve.error().message;
  ASSERT_EQ(curve->results.size(), 20u);
  std::set<std::string> measured;
  for (const MeasuredPoint& point : curve->points) measured.insert(to_text(point.assignment));
  EXPECT_EQ(measured.size(), curve->points.size()) << "nothing twice";
  double before = HUGE_VAL;
  for (std::size_t i = 0; i < curve->results.size(); ++i) {
    const SearchResult& result = curve->results[i];
    EXPECT_TRUE(result.holds) << i;
    EXPECT_TRUE(measured.contains(to_text(result.assignment))) << i;
    EXPECT_LE(cost_of(setting, result), before) << i;
    before = cost_of(setting, result);
    Setting greedy(Wide(30), tolerances[i].epsilon);
    greedy.network.interaction = 0.0005;
    const auto wlopt = search_wlopt(greedy.problem, keep_going);
    ASSERT_TRUE(wlopt);
    EXPECT_LE(cost_of(setting, result), cost_of(greedy, *wlopt) * 1.001) << i;
  }
}

TEST(KnapsackCurve, IsPredictedFromTheCheapestToTheBest) {
  Setting setting(Wide(12), 0.1);
  const auto curve = search_curve(setting.problem, std::span(&setting.problem.tolerance, 1),
                                  {.curve_points = 1000000}, keep_going);
  ASSERT_TRUE(curve);
  ASSERT_GT(curve->curve.size(), 10u);
  EXPECT_EQ(to_text(curve->curve.front().assignment), "8888888888888");
  EXPECT_EQ(to_text(curve->curve.back().assignment), "8666666666666");
  for (std::size_t i = 0; i < curve->curve.size(); ++i) {
    const CurvePoint& point = curve->curve[i];
    EXPECT_EQ(point.cost, kBops.total(setting.layers, point.assignment));
    EXPECT_NEAR(point.error, setting.network.score_of(point.assignment).error, 1e-9);
    if (i > 0) {
      EXPECT_LT(point.error, curve->curve[i - 1].error);
    }
  }
}

TEST(KnapsackCurve, OfNoToleranceOrTwoMetricsIsRefused) {
  Setting setting(Wide(3), 0.1);
  EXPECT_EQ(search_curve(setting.problem, {}, {}, keep_going).error().kind, ErrorKind::kUsage);
  const std::vector<Tolerance> mixed{{Metric::kPsnr, 32, 0.1}, {Metric::kSsim, 0.9, 0.1}};
  EXPECT_EQ(search_curve(setting.problem, mixed, {}, keep_going).error().kind, ErrorKind::kUsage);
}

TEST(NoiseModel, LearnsWhatLayersAddBesideOthers) {
  Setting setting(Wide(10), 0.1);
  setting.network.interaction = 0.01;
  const auto resilience = measure_resilience(setting.problem, false, keep_going);
  ASSERT_TRUE(resilience);
  const std::vector<Assignment> mixes = random_mixes(setting.layers, Followers::kReaders, 40, 7);
  const auto missed = [&](const NoiseModel& model) {
    double sum = 0;
    for (std::size_t i = 20; i < 40; ++i)
      sum += std::fabs(setting.network.score_of(mixes[i]).error - model.base_error() -
                       model.sum(mixes[i]).error);
    return sum;
  };
  NoiseModel model(*resilience, Metric::kPsnr);
  const double before = missed(model);
  for (std::size_t i = 0; i < 20; ++i) model.learn(mixes[i], setting.network.score_of(mixes[i]));
  EXPECT_LT(missed(model), before / 2);
  const Score again = setting.network.score_of(mixes[3]);
  EXPECT_NEAR(model.learn(mixes[3], again), 0, 0.05) << "what it has seen, it knows";
}

TEST(NoiseModel, LossesAddInEveryMetric) {
  for (const Metric metric : {Metric::kPsnr, Metric::kSsim, Metric::kFidelity}) {
    Setting setting(Wide(6), 0.1);
    setting.network.cross = 0.3;
    setting.problem.tolerance.metric = metric;
    const auto resilience = measure_resilience(setting.problem, false, keep_going);
    ASSERT_TRUE(resilience);
    const NoiseModel model(*resilience, metric);
    const Assignment mix = with_bits({8, 16, 8, 8, 16, 8});
    const double value = value_of(setting.network.score_of(mix), metric);
    EXPECT_NEAR(model.value_at(model.sum(mix).loss), value, metric == Metric::kPsnr ? 0.001 : 1e-9);
    EXPECT_NEAR(model.value_at(model.loss_at(value)), value, 1e-9);
  }
}

TEST(Additivity, IsOneWhereNoiseAddsAndNotWhereItDoesNot) {
  for (const double interaction : {0.0, 0.01}) {
    Setting setting(Wide(10), 0.1);
    setting.network.interaction = interaction;
    const auto resilience = measure_resilience(setting.problem, false, keep_going);
    ASSERT_TRUE(resilience);
    std::vector<MeasuredPoint> points = resilience->points;
    for (const Assignment& mix : random_mixes(setting.layers, Followers::kReaders, 20, 7))
      points.push_back({mix, setting.network.score_of(mix), "mix"});
    const NoiseModel model(*resilience, Metric::kPsnr);
    const Additivity found = check_additivity(model, setting.layers, points);
    EXPECT_GT(found.points, 10);
    if (interaction == 0) {
      EXPECT_NEAR(found.mean, 1, 1e-9);
      EXPECT_NEAR(found.spread, 0, 1e-9);
    } else {
      EXPECT_GT(found.mean, 1.05);
      EXPECT_GT(found.spread, 0.01);
      EXPECT_LE(found.smallest, found.mean);
      EXPECT_GE(found.largest, found.mean);
    }
  }
}

}  // namespace
}  // namespace nawq::quantize
