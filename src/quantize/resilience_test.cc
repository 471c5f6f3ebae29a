#include "quantize/resilience.h"

#include <gtest/gtest.h>

#include "quantize/bops_cost.h"
#include "quantize/dre_selection.h"
#include "quantize/monotonicity.h"
#include "quantize/noisy_network_test.h"

namespace nawq::quantize {
namespace {

using Indices = std::vector<std::size_t>;

const BopsCost kBops;

struct FourLayers {
  std::vector<Layer> layers = chain_of({40, 30, 20, 10});
  NoisyNetwork network{{0.1, 0.4, 0.2, 0.3}};
  SearchProblem problem{layers, network, kBops, {Metric::kPsnr, kFloatPsnrDb, 0.1}};
};

TEST(Resilience, IsWhatEachLayerAloneAdds) {
  FourLayers four;
  const auto resilience = measure_resilience(four.problem, false, keep_going);
  ASSERT_TRUE(resilience) << resilience.error().message;
  EXPECT_EQ(resilience->evaluations, 5);
  ASSERT_EQ(resilience->layers.size(), 4u);
  const double noise[] = {0.1, 0.4, 0.2, 0.3};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(resilience->layers[i].layer, i + 1);
    EXPECT_NEAR(resilience->layers[i].at_8bit.added_error, noise[i], 1e-12);
    EXPECT_FALSE(resilience->layers[i].at_8bit_dre);
    EXPECT_GT(resilience->layers[i].at_8bit.drop, 0);
  }
  EXPECT_EQ(by_drop(*resilience), (Indices{1, 3, 2, 0}));
}

TEST(Resilience, IsMeasuredFromTheBack) {
  FourLayers four;
  const auto resilience = measure_resilience(four.problem, true, keep_going);
  ASSERT_TRUE(resilience);
  std::string text;
  for (const MeasuredPoint& point : resilience->points) text += to_text(point.assignment) + point.label + ' ';
  EXPECT_EQ(text,
            "86666start 86668single 8666esingle-dre 86686single 866e6single-dre "
            "86866single 86e66single-dre 88666single 8e666single-dre ");
  EXPECT_NEAR(resilience->layers[1].at_8bit_dre->added_error, 0.2, 1e-12);
}

TEST(Resilience, LeavesOutWhatTheBudgetDoes) {
  FourLayers four;
  four.problem.budget.evaluations = 3;
  const auto resilience = measure_resilience(four.problem, false, keep_going);
  ASSERT_TRUE(resilience);
  ASSERT_EQ(resilience->layers.size(), 2u);
  EXPECT_EQ(resilience->layers.front().layer, 3u);
}

TEST(Resilience, AnInterruptionIsPassedOn) {
  FourLayers four;
  four.network.interrupted_after = 2;
  EXPECT_EQ(measure_resilience(four.problem, false, keep_going).error().kind, ErrorKind::kInterrupted);
}

// Drops 4, 3, 2, 1 of layers 2, 0, 3, 1: energies 16, 25, 29, 30 of 30.
Resilience of_drops(const std::vector<double>& drops) {
  Resilience resilience;
  for (std::size_t i = 0; i < drops.size(); ++i)
    resilience.layers.push_back({.layer = i, .at_8bit = {drops[i], 0}, .at_8bit_dre = {}});
  return resilience;
}

TEST(SelectDre, ByTheTextIsUpToTheLayerThatReachesK) {
  const Resilience resilience = of_drops({3, 1, 4, 2});
  EXPECT_EQ(select_dre(resilience, 0, DreRule::kText), Indices{});
  EXPECT_EQ(select_dre(resilience, 0.1, DreRule::kText), Indices{2});
  EXPECT_EQ(select_dre(resilience, 16.0 / 30, DreRule::kText), Indices{2});
  EXPECT_EQ(select_dre(resilience, 0.6, DreRule::kText), (Indices{0, 2}));
  EXPECT_EQ(select_dre(resilience, 0.98, DreRule::kText), (Indices{0, 1, 2, 3}));
  EXPECT_EQ(select_dre(resilience, 1, DreRule::kText), (Indices{0, 1, 2, 3}));
}

TEST(SelectDre, ByTheListingIsWhileKIsNotPassed) {
  const Resilience resilience = of_drops({3, 1, 4, 2});
  EXPECT_EQ(select_dre(resilience, 0.1, DreRule::kListing), Indices{});
  EXPECT_EQ(select_dre(resilience, 16.0 / 30, DreRule::kListing), Indices{2});
  EXPECT_EQ(select_dre(resilience, 0.97, DreRule::kListing), (Indices{0, 2, 3}));
  EXPECT_EQ(select_dre(resilience, 1, DreRule::kListing), (Indices{0, 1, 2, 3}));
}

TEST(SelectDre, WithoutAnyDropSelectsNone) {
  EXPECT_EQ(select_dre(of_drops({0, 0}), 1, DreRule::kText), Indices{});
  EXPECT_EQ(select_dre(of_drops({-1, -2}), 0.5, DreRule::kText), Indices{}) << "gains are no energy";
  EXPECT_EQ(select_dre(of_drops({}), 1, DreRule::kText), Indices{});
}

TEST(SelectDre, AllMeansLayersThatLoseNothingToo) {
  EXPECT_EQ(select_dre(of_drops({1, 0, -1}), 1, DreRule::kText), (Indices{0, 1, 2}));
  EXPECT_EQ(select_dre(of_drops({1, 0, -1}), 0.999, DreRule::kText), Indices{0});
}

TEST(FindDreEnergy, StopsWhereTheLossNoLongerFalls) {
  const auto layers = chain_of({10, 10, 10, 10, 10, 10});
  NoisyNetwork network({0.001, 1, 0.001, 0.5, 0.002, 0.001});
  const SearchProblem problem{layers, network, kBops, {Metric::kPsnr, kFloatPsnrDb, 0.1}};
  const auto resilience = measure_resilience(problem, false, keep_going);
  ASSERT_TRUE(resilience);
  const auto found = find_dre_energy(problem, *resilience, with_bits({8, 8, 8, 8, 8, 8}), keep_going);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->layers, (Indices{2, 4}));
  EXPECT_EQ(select_dre(*resilience, found->energy, DreRule::kText), found->layers);
}

TEST(FindDreEnergy, IsNoneWhereRangesAtRunTimeGainNothing) {
  FourLayers four;
  four.network.dre_factor = 1;
  const auto resilience = measure_resilience(four.problem, false, keep_going);
  const auto found = find_dre_energy(four.problem, *resilience, with_bits({8, 8, 8, 8}), keep_going);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->layers, Indices{});
  EXPECT_EQ(found->energy, 0);
}

TEST(SelectDreByClipping, TakesTheLargestUpToAShare) {
  const std::vector<double> errors{1, 6, 0, 3};
  EXPECT_EQ(select_dre_by_clipping(errors, 0), Indices{});
  EXPECT_EQ(select_dre_by_clipping(errors, 0.5), Indices{1});
  EXPECT_EQ(select_dre_by_clipping(errors, 0.7), (Indices{1, 3}));
  EXPECT_EQ(select_dre_by_clipping(errors, 1), (Indices{0, 1, 3}));
}

TEST(DrawDre, DrawsNumberAndLayersAmongTheSearched) {
  const auto layers = chain_of({1, 1, 1, 1});
  std::set<std::size_t> counts, drawn;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Indices selected = draw_dre(layers, seed);
    counts.insert(selected.size());
    drawn.insert(selected.begin(), selected.end());
    EXPECT_EQ(draw_dre(layers, seed), selected);
  }
  EXPECT_EQ(counts, (std::set<std::size_t>{1, 2, 3, 4}));
  EXPECT_EQ(drawn, (std::set<std::size_t>{1, 2, 3, 4}));
}

TEST(SetDre, ReplacesWhatWasSet) {
  Assignment assignment(3, {.bits = 8, .dre = true});
  set_dre({1}, assignment);
  EXPECT_EQ(to_text(assignment), "8e8");
}

TEST(Monotonicity, SaysThatRangesClipWhereSixteenBitsLose) {
  const Score good{.psnr_db = 32, .error = 0.1}, bad{.psnr_db = 31.5, .error = 0.5};
  EXPECT_EQ(check_monotonicity(good, bad, Metric::kPsnr), std::nullopt);
  const auto warning = check_monotonicity(bad, good, Metric::kPsnr);
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("0.500 dB"), std::string::npos) << *warning;
  EXPECT_NE(warning->find("clip"), std::string::npos) << *warning;
}

TEST(Monotonicity, LooksAtTheFloatNetworkWhereTheOriginalsDoNotTell) {
  const Score by_luck{.psnr_db = 32, .error = 0.5}, nearer{.psnr_db = 32, .error = 0.1};
  EXPECT_TRUE(check_monotonicity(by_luck, nearer, Metric::kPsnr));
  EXPECT_FALSE(check_monotonicity(nearer, by_luck, Metric::kPsnr));
}

}  // namespace
}  // namespace nawq::quantize
