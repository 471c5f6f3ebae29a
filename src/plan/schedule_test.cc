#include "plan/schedule.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace nawq::plan {
namespace {

constexpr std::int64_t kMacs = 10;

TensorSpec tensor(std::int32_t channels, Format format, std::int32_t source = -1) {
  return {.name = "t", .channels = channels, .quantization = {.format = format}, .source = source};
}

StepSpec residual(std::int32_t tensor) {
  StepSpec step;
  step.kind = StepKind::kResidual;
  step.side_tensor = tensor;
  return step;
}

Operation conv(std::int32_t from, std::int32_t to, std::int32_t wordlength, std::int32_t partition) {
  Convolution convolution;
  convolution.src.tensor = from;
  Operation made = operation_of(std::move(convolution));
  made.wordlength = wordlength;
  made.partition = partition;
  made.macs_per_pixel = kMacs;
  made.runs.push_back({.tensor = to});
  return made;
}

// Picture, a (8 bits) | b (16 bits), c | d (8 bits), result; d also reads tensor 2.
Program hybrid() {
  Program program;
  program.tensors = {tensor(3, Format::kFloat),  tensor(3, Format::kFloat),  tensor(5, Format::kCode8),
                     tensor(4, Format::kCode16), tensor(4, Format::kCode16), tensor(8, Format::kCode8)};
  program.operations = {conv(0, 2, 8, 0), conv(0, 3, 8, 0), conv(3, 4, 16, 1), conv(4, 5, 16, 1),
                        conv(5, 1, 8, 2)};
  program.operations[4].steps.push_back(residual(2));
  return program;
}

Schedule schedule_of(const Program& program, std::int64_t pixels) {
  const std::vector<std::int64_t> operations(program.operations.size(), pixels),
      tensors(program.tensors.size(), pixels);
  return make_schedule(program, {operations, tensors});
}

TEST(Schedule, PartitionsFollowTheProgramsNumbers) {
  const Schedule schedule = schedule_of(hybrid(), 100);
  ASSERT_EQ(schedule.partitions.size(), 3U);
  EXPECT_EQ(schedule.input_pixels, 100);
  const std::vector<std::array<int, 3>> wanted{{0, 1, 8}, {2, 3, 16}, {4, 4, 8}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Partition& partition = schedule.partitions[i];
    EXPECT_EQ((std::array<int, 3>{partition.first_operation, partition.last_operation, partition.wordlength}),
              wanted[i]);
    EXPECT_FALSE(partition.dre || partition.is_barrier);
  }
}

TEST(Schedule, WorkIsThatOfTheGrids) {
  const Program program = hybrid();
  const std::vector<std::int64_t> operations{100, 25, 25, 25, 400}, tensors(program.tensors.size(), 100);
  const Schedule schedule = make_schedule(program, {operations, tensors});
  EXPECT_EQ(schedule.partitions[0].macs, kMacs * 125);
  EXPECT_EQ(schedule.partitions[1].macs, kMacs * 50);
  EXPECT_EQ(schedule.partitions[2].macs, kMacs * 400);
}

TEST(Schedule, WhatLaterPartitionsReadIsHandedOver) {
  const Schedule schedule = schedule_of(hybrid(), 100);
  // Tensor 2: 5 channels stored as 8, a byte each; tensor 3: 4 of two bytes.
  EXPECT_EQ(schedule.partitions[0].handed_over_bytes, 100 * (8 + 8));
  EXPECT_EQ(schedule.partitions[1].handed_over_bytes, 100 * 8);  // tensor 5; tensor 4 stays inside
  EXPECT_EQ(schedule.partitions[2].handed_over_bytes, 0);
}

TEST(Schedule, WhatComesFromAnotherWordlengthIsConvertedOnce) {
  Program program = hybrid();
  program.operations[3].steps.push_back(residual(3));  // again
  const Schedule schedule = schedule_of(program, 100);
  EXPECT_EQ(schedule.partitions[0].converted_bytes, 0);
  EXPECT_EQ(schedule.partitions[1].converted_bytes, 100 * 4 * (1 + 2));  // tensor 3, from 8 bits to 16
  EXPECT_EQ(schedule.partitions[2].converted_bytes, 100 * 8 * (2 + 1));  // tensor 5; tensor 2 has 8 bits
}

TEST(Schedule, RunTimeRangesAndStatisticsAreBarriers) {
  Program program = hybrid();
  program.tensors.push_back(tensor(8, Format::kFloat));
  program.tensors[5].source = 6;  // made from tensor 6 when its range is known
  program.operations[3].runs[0].tensor = 6;
  program.operations[4].dre = true;
  program.operations[1].kind.emplace<Statistics>();
  const Schedule schedule = schedule_of(program, 100);
  EXPECT_TRUE(schedule.partitions[0].is_barrier);
  EXPECT_FALSE(schedule.partitions[1].is_barrier);
  EXPECT_TRUE(schedule.partitions[2].is_barrier && schedule.partitions[2].dre);
  EXPECT_EQ(schedule.partitions[1].handed_over_bytes, 100 * 8 * 4);  // the floats
}

}  // namespace
}  // namespace nawq::plan
