#include <cmath>

#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::ChannelStatistic;
using graph::ChannelStatistics;
using graph::float_tensor;
using graph::Reduce;
using graph::ReduceKind;
using graph::Tensor;

TEST(ChannelStatistics, MeanAndPopulationDeviationOfEachChannel) {
  const Tensor x = float_tensor({1, 2, 2, 2}, {1, 2, 3, 6, 5, 5, 5, 5});
  expect_equal(run_op(ChannelStatistics{ChannelStatistic::kMean}, {x}), {1, 2, 1, 1}, {3, 5});
  expect_equal(run_op(ChannelStatistics{ChannelStatistic::kStandardDeviation}, {x}), {1, 2, 1, 1},
               {static_cast<float>(std::sqrt(3.5)), 0});
}

// A sum of squares in float would lose the deviation beside the mean; so would one in float of the values.
TEST(ChannelStatistics, SmallDeviationAroundALargeMeanSurvives) {
  Tensor x = float_tensor({1, 1, 1000, 1000}, std::vector<float>(1000000, 4096.0f));
  for (std::size_t i = 0; i < x.floats.size(); i += 2) x.floats[i] += 0.0625f;
  expect_equal(run_op(ChannelStatistics{ChannelStatistic::kMean}, {x}), {1, 1, 1, 1}, {4096.03125f});
  expect_equal(run_op(ChannelStatistics{ChannelStatistic::kStandardDeviation}, {x}), {1, 1, 1, 1},
               {0.03125f});
}

TEST(ChannelStatistics, HaveTheSameBitsForAnyNumberOfThreads) {
  const Tensor x = random_tensor({1, 7, 33, 45}, 3);
  expect_same_bits_for_any_team(ChannelStatistics{ChannelStatistic::kMean}, {x});
  expect_same_bits_for_any_team(ChannelStatistics{ChannelStatistic::kStandardDeviation}, {x});
}

TEST(Reduce, EachKindOverTheStatedAxes) {
  const Tensor x = float_tensor({1, 2, 2, 3}, {1, 2, 3, 4, 5, 6, -1, -2, -3, 10, 20, 30});
  expect_equal(run_op(Reduce{ReduceKind::kSum, {2, 3}, true}, {x}), {1, 2, 1, 1}, {21, 54});
  expect_equal(run_op(Reduce{ReduceKind::kMean, {1}, false}, {x}), {1, 2, 3}, {0, 0, 0, 7, 12.5f, 18});
  expect_equal(run_op(Reduce{ReduceKind::kMax, {3}, true}, {x}), {1, 2, 2, 1}, {3, 6, -1, 30});
  expect_equal(run_op(Reduce{ReduceKind::kMin, {1, 3}, false}, {x}), {1, 2}, {-3, 4});
  expect_equal(run_op(Reduce{ReduceKind::kSum, {0, 1, 2, 3}, false}, {x}), {}, {75});
  expect_equal(run_op(Reduce{ReduceKind::kSum, {}, true}, {x}), x.shape, x.floats);
}

TEST(Reduce, SumsInDouble) {
  Tensor x = float_tensor({3}, {16777216.0f, 1.0f, 1.0f});
  expect_equal(run_op(Reduce{ReduceKind::kSum, {0}, false}, {x}), {}, {16777218.0f});
}

TEST(Reduce, HasTheSameBitsForAnyNumberOfThreads) {
  const Tensor x = random_tensor({1, 24, 31, 45}, 3);
  expect_same_bits_for_any_team(Reduce{ReduceKind::kMean, {1}, true}, {x});
  expect_same_bits_for_any_team(Reduce{ReduceKind::kMean, {2, 3}, true}, {x});
}

}  // namespace
}  // namespace nawq::reference
