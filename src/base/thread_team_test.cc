#include "base/thread_team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace nawq {
namespace {

class ThreadTeamTest : public testing::TestWithParam<int> {};

TEST_P(ThreadTeamTest, EveryIndexIsVisitedOnceInEveryJob) {
  auto team = ThreadTeam::create(GetParam());
  ASSERT_TRUE(team);
  EXPECT_EQ(team->size(), GetParam());
  for (int job = 0; job < 200; ++job) {
    const int count = job % 17;
    std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
    std::atomic<bool> worker_in_range{true};
    team->parallel_for(count, [&](std::int64_t index, int worker) {
      visits[static_cast<std::size_t>(index)]++;
      if (worker < 0 || worker >= GetParam()) worker_in_range = false;
    });
    for (const auto& visit : visits) EXPECT_EQ(visit, 1);
    EXPECT_TRUE(worker_in_range);
  }
}

TEST_P(ThreadTeamTest, ResultsOfAllWorkersAreVisibleAfterwards) {
  auto team = ThreadTeam::create(GetParam());
  ASSERT_TRUE(team);
  std::vector<int> plain(1000);
  for (int job = 1; job <= 50; ++job)
    team->parallel_for(1000, [&](std::int64_t index, int) { plain[static_cast<std::size_t>(index)] += job; });
  for (const int value : plain) EXPECT_EQ(value, 50 * 51 / 2);
}

TEST_P(ThreadTeamTest, MovedTeamStillWorks) {
  auto made = ThreadTeam::create(GetParam());
  ASSERT_TRUE(made);
  ThreadTeam team = std::move(*made);
  std::atomic<int> sum{0};
  team.parallel_for(10, [&](std::int64_t index, int) { sum += static_cast<int>(index); });
  EXPECT_EQ(sum, 45);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ThreadTeamTest, testing::Values(1, 2, 3, 8));

TEST(UsableCpus, IsAtLeastOne) { EXPECT_GE(usable_cpus(), 1); }

}  // namespace
}  // namespace nawq
