#include "plan/simulate.h"

#include <gtest/gtest.h>

namespace nawq::plan {
namespace {

struct Step {
  std::size_t unit = 0;
  double us = 0, switch_us = 0;
  bool is_barrier = false;
};

Simulation simulated(const std::vector<Step>& steps, const SimulationOptions& options) {
  Schedule schedule;
  std::vector<PartitionTime> times;
  for (const Step& step : steps) {
    schedule.partitions.push_back({.is_barrier = step.is_barrier});
    times.push_back({.unit = step.unit, .compute_us = step.us, .switch_us = step.switch_us});
  }
  return simulate(schedule, times, 2, options);
}

TEST(Simulate, OneAfterAnotherAPictureTakesTheSumOfItsPartitions) {
  const auto result = simulated({{0, 3}, {1, 2, 0.5}, {0, 4, 0.5}}, {.pictures = 8, .in_flight = 1});
  EXPECT_DOUBLE_EQ(result.first_picture_us, 10);
  EXPECT_DOUBLE_EQ(result.per_picture_us, 10);
  EXPECT_DOUBLE_EQ(result.busy[0], 0.75);
  EXPECT_DOUBLE_EQ(result.busy[1], 0.25);
}

TEST(Simulate, TwoPicturesOverlapOnTwoUnitsUntilTheSlowerOneIsFull) {
  for (const auto& steps : {std::vector<Step>{{0, 3}, {1, 2}}, std::vector<Step>{{0, 2}, {1, 3}}}) {
    const auto result = simulated(steps, {.pictures = 16, .in_flight = 2});
    EXPECT_DOUBLE_EQ(result.first_picture_us, 5);
    EXPECT_DOUBLE_EQ(result.per_picture_us, 3);
  }
}

// Pictures A, B, C, ... on units 0 and 1, 2 us, 3 us and 2 us:
//   0: A A B B - A A C C B B D D C C ...   A1 0-2, B1 2-4, A3 5-7, C1 7-9, B3 9-11, D1 11-13, C3 13-15
//   1: - - A A A B B B - C C C - D D ...   A2 2-5, B2 5-8, C2 9-12, D2 13-16
TEST(Simulate, AUnitThatIsNeededTwiceIsSharedByThePictures) {
  const auto result = simulated({{0, 2}, {1, 3}, {0, 2}}, {.pictures = 64, .in_flight = 2});
  EXPECT_DOUBLE_EQ(result.first_picture_us, 7);
  EXPECT_DOUBLE_EQ(result.per_picture_us, 4);  // unit 0 is always at work
}

TEST(Simulate, OneUnitGainsNothingFromPicturesInFlight) {
  const std::vector<Step> steps{{0, 2}, {0, 3}, {0, 1}};
  EXPECT_DOUBLE_EQ(simulated(steps, {.pictures = 32, .in_flight = 1}).per_picture_us, 6);
  EXPECT_DOUBLE_EQ(simulated(steps, {.pictures = 32, .in_flight = 3}).per_picture_us, 6);
}

TEST(Simulate, TilesOfOnePictureOverlapOnTwoUnits) {
  // Two tiles of 2 us and then 2 us: 0-2, 2-4 on one unit, 2-4, 4-6 on the other.
  EXPECT_DOUBLE_EQ(simulated({{0, 4}, {1, 4}}, {.pictures = 1, .in_flight = 1, .tiles = 2}).first_picture_us,
                   6);
}

TEST(Simulate, ABarrierWaitsForAllTiles) {
  const std::vector<Step> steps{{0, 4}, {1, 4, 0, true}};
  EXPECT_DOUBLE_EQ(simulated(steps, {.pictures = 1, .in_flight = 1, .tiles = 2}).first_picture_us, 8);
}

TEST(Simulate, EveryTileSwitches) {
  // 0-2, 2-4; then 1 + 2 us each: 2-5, 5-8.
  EXPECT_DOUBLE_EQ(
      simulated({{0, 4}, {1, 4, 1}}, {.pictures = 1, .in_flight = 1, .tiles = 2}).first_picture_us, 8);
}

TEST(Simulate, TimesFollowFromTheTarget) {
  const graph::Target target{.name = "t",
                             .units = {{"slow", {{16, 1}}}, {"fast", {{8, 4}}}},
                             .switch_us = 7,
                             .conversion_gbyte_per_s = 2};
  Schedule schedule;
  schedule.partitions = {{.wordlength = 8, .macs = 8000},
                         {.wordlength = 16, .macs = 3000, .converted_bytes = 5000},
                         {.wordlength = 16, .dre = true, .macs = 1000}};
  const auto times = partition_times(schedule, target);
  ASSERT_TRUE(times);
  EXPECT_EQ((*times)[0].unit, 1U);
  EXPECT_DOUBLE_EQ((*times)[0].total_us(), 2);
  EXPECT_EQ((*times)[1].unit, 0U);
  EXPECT_DOUBLE_EQ((*times)[1].total_us(), 3 + 2.5 + 7);
  EXPECT_DOUBLE_EQ((*times)[2].total_us(), 1);  // the same unit
}

TEST(Simulate, AWordlengthWithoutAUnitIsRefused) {
  Schedule schedule;
  schedule.partitions = {{.wordlength = 32, .macs = 1}};
  const auto times = partition_times(schedule, *graph::find_target("sdm865"));
  ASSERT_FALSE(times);
  EXPECT_EQ(times.error().message, "target sdm865 has no unit for float32");
}

}  // namespace
}  // namespace nawq::plan
