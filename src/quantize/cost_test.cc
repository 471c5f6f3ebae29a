#include <gtest/gtest.h>

#include "quantize/bops_cost.h"
#include "quantize/noisy_network_test.h"
#include "quantize/time_cost.h"

namespace nawq::quantize {
namespace {

TEST(BopsCost, IsOneTwoAndFourAMultiplication) {
  const auto layers = chain_of({100});
  const BopsCost cost;
  EXPECT_EQ(cost.layer_cost(layers, 1, {.bits = 8}), 100);
  EXPECT_EQ(cost.layer_cost(layers, 1, {.bits = 16, .dre = true}), 200);
  EXPECT_EQ(cost.layer_cost(layers, 1, {.bits = 32}), 400);
  EXPECT_EQ(cost.total(layers, with_bits({16})), 210);
}

graph::Target two_units() {
  return {.name = "two",
          .units = {{"a", {{8, 2}}}, {"b", {{16, 1}}}},
          .switch_us = 5,
          .conversion_gbyte_per_s = 0.001};
}

TEST(TargetTimeCost, IsTheTimeOfTheUnits) {
  const auto layers = chain_of({4000, 6000});
  const auto cost = TargetTimeCost::create(two_units());
  ASSERT_TRUE(cost);
  EXPECT_DOUBLE_EQ(cost->layer_cost(layers, 1, {.bits = 8}), 2);
  EXPECT_DOUBLE_EQ(cost->layer_cost(layers, 1, {.bits = 16}), 4);
  EXPECT_DOUBLE_EQ(cost->total(layers, with_bits({8, 8})), 0.005 + 2 + 3);
}

TEST(TargetTimeCost, ChangesOfWordlengthCostASwitchAndAConversion) {
  const auto layers = chain_of({4000, 6000});
  const auto cost = TargetTimeCost::create(two_units());
  ASSERT_TRUE(cost);
  // 100 numbers of 1 byte read and 2 written at 1 MB/s
  EXPECT_DOUBLE_EQ(cost->total(layers, with_bits({8, 16})), 0.005 + 2 + 6 + 5 + 300);
}

TEST(TargetTimeCost, ATensorIsConvertedOnceWhateverReadsIt) {
  auto layers = chain_of({4000, 4000, 4000});
  layers[1].readers = {2, 3};
  const auto cost = TargetTimeCost::create(two_units());
  ASSERT_TRUE(cost);
  layers[2].readers = {};
  EXPECT_DOUBLE_EQ(cost->total(layers, with_bits({8, 16, 16})), 0.005 + 2 + 4 + 4 + 5 + 300);
}

TEST(TargetTimeCost, WithoutAUnitIsRefused) {
  const auto cost = TargetTimeCost::create({.name = "tiny", .units = {{"a", {{8, 2}}}}});
  ASSERT_FALSE(cost);
  EXPECT_EQ(cost.error().message, "target 'tiny' has no unit for 16 bits");
}

TEST(MeasuredTimeCost, IsTheTableAndTheSwitches) {
  const auto layers = chain_of({1, 1});
  const MeasuredTimeCost cost({{1, 2, 3, 4}, {10, 20, 30, 40}, {100, 200, 300, 400}}, 7);
  EXPECT_EQ(cost.layer_cost(layers, 1, {.bits = 16, .dre = true}), 40);
  EXPECT_EQ(cost.layer_cost(layers, 1, {.bits = 8, .dre = true}), 30);
  EXPECT_EQ(cost.total(layers, with_bits({8, 8})), 111);
  EXPECT_EQ(cost.total(layers, with_bits({8, 16})), 211 + 7);
}

}  // namespace
}  // namespace nawq::quantize
