#include "nawqsr/flight_memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace nawq::cli {
namespace {

TEST(FlightMemory, PicturesAddUpAndWorkIsThatOfTheLargest) {
  FlightMemory memory(100);
  EXPECT_TRUE(memory.enter(0, {.kept_bytes = 20, .work_bytes = 30}));
  EXPECT_TRUE(memory.enter(1, {.kept_bytes = 30, .work_bytes = 50}));  // 50 kept, 50 of work
}

TEST(FlightMemory, WhatDoesNotFitWaitsUntilOthersHaveLeft) {
  FlightMemory memory(100);
  EXPECT_TRUE(memory.enter(0, {.kept_bytes = 20, .work_bytes = 30}));
  EXPECT_TRUE(memory.enter(1, {.kept_bytes = 20, .work_bytes = 30}));
  std::atomic<bool> others_left{false};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    others_left = true;
    memory.leave(0);
  });
  EXPECT_FALSE(memory.enter(2, {.kept_bytes = 20, .work_bytes = 41}));  // 101 bytes with both, 81 with one
  EXPECT_TRUE(others_left);
  other.join();
}

TEST(FlightMemory, APictureThatIsAloneIsLetInWhateverItNeeds) {
  FlightMemory memory(100);
  EXPECT_TRUE(memory.enter(0, {.kept_bytes = 1000, .work_bytes = INT64_MAX / 2}));
  memory.leave(0);
  EXPECT_TRUE(memory.enter(1, {.kept_bytes = 10, .work_bytes = 10}));
}

TEST(FlightMemory, LeavingWithoutHavingEnteredIsFine) {
  FlightMemory memory(10);
  memory.leave(3);
  EXPECT_TRUE(memory.enter(4, {.kept_bytes = 10, .work_bytes = 0}));
}

}  // namespace
}  // namespace nawq::cli
