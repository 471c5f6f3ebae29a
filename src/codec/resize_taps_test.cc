#include "codec/resize_taps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "graph/graph.h"
#include "reference/single_op_test.h"

namespace nawq::codec {
namespace {

using Positions = std::vector<std::int64_t>;
using Weights = std::vector<float>;

Taps taps_of(plan::ResizeMode mode, plan::CoordinateMode coordinates, plan::NearestRounding rounding,
             std::int64_t from, std::int64_t to) {
  plan::Resampling op;
  op.mode = mode;
  op.coordinates = coordinates;
  op.rounding = rounding;
  return resize_taps(op, from, to, static_cast<float>(to) / static_cast<float>(from));
}

TEST(ResizeTaps, NearestAtHalfPixelsRepeats) {
  const Taps taps = taps_of(plan::ResizeMode::kNearest, plan::CoordinateMode::kHalfPixel,
                            plan::NearestRounding::kRoundPreferFloor, 3, 6);
  EXPECT_EQ(taps.positions, (Positions{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(taps.weights, Weights(6, 1.0f));
}

TEST(ResizeTaps, NearestRoundsTiesAsAsked) {
  const auto positions = [](plan::NearestRounding rounding) {  // coordinates 0, 0.5, 1, 1.5
    return taps_of(plan::ResizeMode::kNearest, plan::CoordinateMode::kAsymmetric, rounding, 2, 4).positions;
  };
  EXPECT_EQ(positions(plan::NearestRounding::kRoundPreferFloor), (Positions{0, 0, 1, 1}));
  EXPECT_EQ(positions(plan::NearestRounding::kRoundPreferCeil), (Positions{0, 1, 1, 1}));
  EXPECT_EQ(positions(plan::NearestRounding::kFloor), (Positions{0, 0, 1, 1}));
  EXPECT_EQ(positions(plan::NearestRounding::kCeil), (Positions{0, 1, 1, 1}));
}

TEST(ResizeTaps, LinearIsHeldAtTheEdges) {
  const Taps taps = taps_of(plan::ResizeMode::kLinear, plan::CoordinateMode::kHalfPixel,
                            plan::NearestRounding::kFloor, 2, 4);
  EXPECT_EQ(taps.positions, (Positions{0, 1, 0, 1, 0, 1, 1, 1}));
  EXPECT_EQ(taps.weights, (Weights{1, 0, 0.75f, 0.25f, 0.25f, 0.75f, 1, 0}));
}

TEST(ResizeTaps, AlignedCornersMeet) {
  const Taps taps = taps_of(plan::ResizeMode::kLinear, plan::CoordinateMode::kAlignCorners,
                            plan::NearestRounding::kFloor, 3, 5);
  EXPECT_EQ(taps.positions, (Positions{0, 1, 0, 1, 1, 2, 1, 2, 2, 2}));
  EXPECT_EQ(taps.weights, (Weights{1, 0, 0.5f, 0.5f, 1, 0, 0.5f, 0.5f, 1, 0}));
}

TEST(ResizeTaps, OnePixelOfPyTorchIsTheFirst) {
  const Taps taps = taps_of(plan::ResizeMode::kLinear, plan::CoordinateMode::kPyTorchHalfPixel,
                            plan::NearestRounding::kFloor, 4, 1);
  EXPECT_EQ(taps.positions, (Positions{0, 1}));
  EXPECT_EQ(taps.weights, (Weights{1, 0}));
}

TEST(ResizeTaps, CubicBetweenTwoPixels) {
  const Taps taps = taps_of(plan::ResizeMode::kCubic, plan::CoordinateMode::kAsymmetric,
                            plan::NearestRounding::kFloor, 4, 8);
  const std::size_t pixel = 3 * 4;  // coordinate 1.5
  EXPECT_EQ(Positions(taps.positions.begin() + pixel, taps.positions.begin() + pixel + 4),
            (Positions{0, 1, 2, 3}));
  EXPECT_EQ(Weights(taps.weights.begin() + pixel, taps.weights.begin() + pixel + 4),
            (Weights{-0.09375f, 0.59375f, 0.59375f, -0.09375f}));
}

graph::Tensor resized_by_reference(const plan::Resampling& op, const graph::Tensor& row, std::int64_t to,
                                   float scale) {
  graph::Resize resize;
  resize.mode = static_cast<graph::ResizeMode>(op.mode);
  resize.coordinates = static_cast<graph::CoordinateMode>(op.coordinates);
  resize.rounding = static_cast<graph::NearestRounding>(op.rounding);
  resize.exclude_outside = op.exclude_outside;
  resize.size = {1, to};
  resize.scale_w = scale;
  return reference::run_op(resize, {row});
}

TEST(ResizeTaps, OfEveryModeAreTheReferences) {
  for (int mode = 0; mode < 3; ++mode)
    for (int coordinates = 0; coordinates < 4; ++coordinates)
      for (int rounding = 0; rounding < 4; ++rounding)
        for (const auto& [from, to] : {std::pair{5, 10}, {5, 15}, {7, 4}, {1, 6}, {9, 9}, {6, 1}}) {
          plan::Resampling op;
          op.mode = static_cast<plan::ResizeMode>(mode);
          op.coordinates = static_cast<plan::CoordinateMode>(coordinates);
          op.rounding = static_cast<plan::NearestRounding>(rounding);
          op.exclude_outside = rounding == 1;
          const float scale = static_cast<float>(to) / static_cast<float>(from);
          const graph::Tensor row = reference::random_tensor({1, 1, 1, from}, 5);
          const graph::Tensor expected = resized_by_reference(op, row, to, scale);
          const Taps taps = resize_taps(op, from, to, scale);
          ASSERT_EQ(taps.positions.size(), static_cast<std::size_t>(taps.count * to));
          for (std::size_t x = 0; x < static_cast<std::size_t>(to); ++x) {
            double sum = 0;
            for (std::size_t i = 0; i < static_cast<std::size_t>(taps.count); ++i) {
              const std::size_t tap = x * static_cast<std::size_t>(taps.count) + i;
              sum += double{taps.weights[tap]} *
                     double{row.floats[static_cast<std::size_t>(taps.positions[tap])]};
            }
            EXPECT_NEAR(expected.floats[x], sum, 2e-6)
                << "mode " << mode << ", coordinates " << coordinates << ", rounding " << rounding << ", "
                << from << " to " << to << ", pixel " << x;
          }
        }
}

TEST(AverageTaps, CountOnlyWhatIsInsideAndCountedPads) {
  const Taps inside = average_taps({.source_size = 3,
                                    .size = 3,
                                    .kernel = 3,
                                    .stride = 1,
                                    .dilation = 1,
                                    .pad = 1,
                                    .counted_before = 0,
                                    .counted_after = 0});
  EXPECT_EQ(inside.weights, (Weights{0, 0.5f, 0.5f, 1.0f / 3, 1.0f / 3, 1.0f / 3, 0.5f, 0.5f, 0}));
  const Taps counted = average_taps({.source_size = 3,
                                     .size = 3,
                                     .kernel = 3,
                                     .stride = 1,
                                     .dilation = 1,
                                     .pad = 1,
                                     .counted_before = 1,
                                     .counted_after = 1});
  EXPECT_EQ(counted.weights,
            (Weights{0, 1.0f / 3, 1.0f / 3, 1.0f / 3, 1.0f / 3, 1.0f / 3, 1.0f / 3, 1.0f / 3, 0}));
  for (const std::int64_t position : counted.positions) {
    EXPECT_GE(position, 0);
    EXPECT_LT(position, 3);
  }
}

TEST(AverageTaps, StepByStrideAndDilation) {
  const Taps taps = average_taps({.source_size = 9,
                                  .size = 3,
                                  .kernel = 2,
                                  .stride = 3,
                                  .dilation = 2,
                                  .pad = 0,
                                  .counted_before = 0,
                                  .counted_after = 0});
  EXPECT_EQ(taps.positions, (Positions{0, 2, 3, 5, 6, 8}));
  EXPECT_EQ(taps.weights, Weights(6, 0.5f));
}

}  // namespace
}  // namespace nawq::codec
