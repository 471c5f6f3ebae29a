#include "codec/tile_plan.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "codec/layout.h"
#include "codec/tensor_file.h"
#include "codec/tile_regions.h"

namespace nawq::codec {
namespace {

constexpr std::int32_t kBody = 2, kGated = 3;  // tensors
constexpr Extent kPicture{40, 30};

plan::Operation operation(plan::OperationKind kind, std::int32_t to) {
  plan::Operation made = plan::operation_of(std::move(kind));
  made.channels = 3;
  if (to >= 0) made.runs = {{0, 3, to, 0, 1, 0}};
  return made;
}

plan::Convolution convolution(std::int32_t from) {
  plan::Convolution conv;
  conv.src = {from, 0, 3};
  conv.kernel = {3, 3};
  conv.pads = {1, 1, 1, 1};
  conv.weights.assign(3 * 3 * 9, 0.1f);
  conv.bias.assign(3, 0.0f);
  return conv;
}

plan::StepSpec side(std::int32_t tensor) {
  plan::StepSpec step;
  step.kind = plan::StepKind::kResidual;
  step.side_tensor = tensor;
  step.side_channels = {{0, 0, 0}, {0, 0, 1}, {0, 0, 2}};
  return step;
}

// in -> body; body, scaled by its channels' means -> gated; gated, and body beside it -> out.
plan::Program attention() {
  plan::Program program;
  program.tensors = {{"in", 3, {}}, {"out", 3, {}}, {"body", 3, {}}, {"gated", 3, {}}};
  program.vector_sizes = {3};
  program.operations.push_back(operation(convolution(plan::kInputTensor), kBody));
  program.operations.push_back(operation(plan::Statistics{{kBody, 0, 3}, false, 0}, -1));
  plan::Operation gate = operation(plan::Pointwise{}, kGated);
  gate.steps = {side(kBody), {}};
  gate.steps[1].kind = plan::StepKind::kChannelScale;
  gate.steps[1].vector = 0;
  gate.steps[1].vector_elements = {0, 1, 2};
  program.operations.push_back(gate);
  plan::Operation tail = operation(convolution(kGated), plan::kOutputTensor);
  tail.steps = {side(kBody)};
  program.operations.push_back(tail);
  return program;
}

// "0 load in, 2 store body" for each phase.
std::vector<std::string> told(const plan::Program& program, const TilePlan& plan) {
  std::vector<std::string> phases;
  for (const Phase& phase : plan.phases) {
    std::string& text = phases.emplace_back();
    for (const Step& step : phase.steps) {
      text += concat(text.empty() ? "" : ", ", step.operation);
      for (const std::int32_t tensor : step.loads)
        text += concat(" load ", program.tensors[static_cast<std::size_t>(tensor)].name);
      for (const std::int32_t tensor : step.stores)
        text += concat(" store ", program.tensors[static_cast<std::size_t>(tensor)].name);
    }
  }
  return phases;
}

std::vector<Keeping> all(Keeping keeping) { return std::vector<Keeping>(4, keeping); }

using Lines = std::vector<std::string>;

TEST(TilePlan, StatisticsAreABarrier) {
  const plan::Program program = attention();
  EXPECT_EQ(barrier_phases(program), (std::vector<std::int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(crossing_tensors(program), std::vector<std::int32_t>{kBody});
}

TEST(TilePlan, WhatCrossesABarrierIsKeptOrStoredOrComputedAgain) {
  const plan::Program program = attention();
  const auto plan = [&](Keeping keeping) {
    return told(program, tiled_plan(program, kPicture, {16, 16}, all(keeping)));
  };
  EXPECT_EQ(plan(Keeping::kWhole), (Lines{"0 load in, 1", "2, 3"}));
  EXPECT_EQ(plan(Keeping::kFile), (Lines{"0 load in store body, 1", "2 load body, 3"}));
  EXPECT_EQ(plan(Keeping::kTile), (Lines{"0 load in, 1", "0 load in, 2, 3"}));
}

TEST(TilePlan, RunTimeRangesAreABarrier) {
  plan::Program program = attention();
  program.floating = false;
  program.tensors.push_back({"codes", 3, {plan::Format::kCode8, 1, 0}, kGated});
  std::get_if<plan::Convolution>(&program.operations[3].kind)->src.tensor = 4;
  EXPECT_EQ(barrier_phases(program), (std::vector<std::int32_t>{0, 0, 1, 2}));
  EXPECT_EQ(crossing_tensors(program), (std::vector<std::int32_t>{kBody, kGated}));
}

TEST(TilePlan, OnePieceIsAPhaseForEveryOperation) {
  const plan::Program program = attention();
  const TilePlan plan = whole_plan(program, kPicture);
  EXPECT_EQ(plan.tiles(), 1);
  EXPECT_EQ(told(program, plan), (Lines{"0 load in", "1", "2", "3"}));
}

TEST(TileRegions, GrowByWhatOperationsLookAt) {
  const plan::Program program = attention();
  const Sizes sizes = find_sizes(program, kPicture).value();
  const TilePlan plan = tiled_plan(program, kPicture, {16, 16}, all(Keeping::kTile));
  const TileGeometry geometry(program, sizes, plan);
  TileRegions regions;
  geometry.find(1, 4, regions);  // the tile in the middle, at (16, 16)
  EXPECT_EQ(regions.grids[2], (Region{16, 16, 16, 14}));
  EXPECT_EQ(regions.tensors[kGated], (Region{15, 15, 18, 15})) << "a window's halo, cut at the picture's end";
  EXPECT_EQ(regions.tensors[plan::kInputTensor], (Region{14, 14, 20, 16})) << "two windows'";
  geometry.find(0, 4, regions);
  EXPECT_EQ(regions.grids[1], (Region{16, 16, 16, 14})) << "statistics take every pixel once";
}

TEST(TensorFile, KeepsWhatEachOperationWroteByItself) {
  plan::Program program = attention();
  program.tensors[kBody].channels = 7;
  program.operations[0].runs = {{0, 3, kBody, 0, 1, 0}};
  program.operations[2].runs = {{0, 4, kBody, 3, 1, 0}};
  TilePlan plan = tiled_plan(attention(), kPicture, {16, 16}, all(Keeping::kFile));
  Layout layout;
  layout.tensors.resize(4);
  TensorLayout& tensor = layout.tensors[kBody];
  tensor.size = {5, 2};
  tensor.channels = 7;
  tensor.pixel_bytes = 8;
  tensor.row_bytes = 40;
  const auto file = TensorFile::create(program, plan, layout);
  ASSERT_TRUE(file) << file.error().message;
  std::vector<std::byte> pixels(80), read(80), buffer(static_cast<std::size_t>(file->buffer_bytes()));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::byte>(i);
  for (const std::size_t index : {0u, 2u})
    for (const std::int64_t y : {0, 1})
      ASSERT_TRUE(file->store(kBody, index, y, 0, 5, pixels.data(), buffer.data()));
  // Phase 1 reads what phase 0 wrote, phase 2 everything.
  ASSERT_TRUE(file->load(kBody, 1, 1, 2, 4, read.data(), buffer.data()));
  EXPECT_EQ(read[40 + 16], pixels[40 + 16]);
  EXPECT_EQ(read[40 + 16 + 3], std::byte{0}) << "of another operation";
  EXPECT_EQ(read[40 + 8], std::byte{0}) << "outside the columns";
  ASSERT_TRUE(file->load(kBody, 2, 1, 2, 4, read.data(), buffer.data()));
  for (const std::size_t i : {40u + 16, 40u + 19, 40u + 22, 40u + 30}) EXPECT_EQ(read[i], pixels[i]) << i;
}

}  // namespace
}  // namespace nawq::codec
