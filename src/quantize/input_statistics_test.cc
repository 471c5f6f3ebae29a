#include "quantize/input_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nawq::quantize {
namespace {

struct Layer {
  graph::Graph graph;
  Layer(const graph::Conv& op, const graph::Shape& weights) {
    const auto count = graph::element_count(weights).value();
    const graph::ValueId x = graph.add_input("x", {1, weights[1] * op.groups, 32, 32});
    const graph::ValueId w = graph.add_constant(
        "w", graph::float_tensor(weights, std::vector<float>(static_cast<std::size_t>(count))));
    graph.output = graph.add_single("conv", op, {x, w}).value();
  }
  InputStatistics statistics(const SampleOptions& options = {}) const {
    return {graph, graph.nodes[0], options};
  }
};

struct Picture {
  std::int64_t width, height, channels;
  std::vector<float> values;
  Picture(std::int64_t w, std::int64_t h, std::int64_t c, std::uint32_t seed, float offset = 0)
      : width(w), height(h), channels(c) {
    std::mt19937 random(seed);
    for (std::int64_t i = 0; i < w * h * c; ++i)
      values.push_back(static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f + offset);
  }
  TensorView view() const { return {values.data(), width, height, width * channels, channels}; }
  float at(std::int64_t y, std::int64_t x, std::int64_t c, float outside) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return outside;
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
};

// All windows of a picture by plain loops, in the order of the weight tensor of group `group`.
std::vector<std::vector<double>> windows_of(const Picture& picture, const graph::Conv& op, std::int64_t group,
                                            const graph::Shape& weights) {
  std::vector<std::vector<double>> windows;
  const auto last = [](std::int64_t extent, std::int64_t pads, std::int64_t kernel, std::int64_t dilation) {
    return extent + pads - (kernel - 1) * dilation;
  };
  for (std::int64_t y = 0; y < last(picture.height, op.pads.top + op.pads.bottom, weights[2], op.dilation.h);
       y += op.stride.h)
    for (std::int64_t x = 0; x < last(picture.width, op.pads.left + op.pads.right, weights[3], op.dilation.w);
         x += op.stride.w) {
      std::vector<double>& window = windows.emplace_back();
      for (std::int64_t i = 0; i < weights[1]; ++i)
        for (std::int64_t ky = 0; ky < weights[2]; ++ky)
          for (std::int64_t kx = 0; kx < weights[3]; ++kx) {
            const std::int64_t c = group * weights[1] + i;
            window.push_back(double{
                picture.at(y - op.pads.top + ky * op.dilation.h, x - op.pads.left + kx * op.dilation.w, c,
                           op.pad_values.empty() ? 0 : op.pad_values[static_cast<std::size_t>(c)])});
          }
    }
  return windows;
}

void expect_statistics_of(const LayerStatistics& seen, std::int64_t group,
                          const std::vector<std::vector<double>>& windows) {
  const auto features = static_cast<std::size_t>(seen.features), offset = static_cast<std::size_t>(group);
  const double count = static_cast<double>(windows.size());
  std::vector<double> mean(features);
  for (const auto& window : windows)
    for (std::size_t f = 0; f < features; ++f) mean[f] += window[f] / count;
  for (std::size_t r = 0; r < features; ++r) {
    EXPECT_NEAR(seen.mean[offset * features + r], mean[r], 1e-5);
    for (std::size_t c = 0; c < features; ++c) {
      double expected = 0;
      for (const auto& window : windows) expected += (window[r] - mean[r]) * (window[c] - mean[c]) / count;
      EXPECT_NEAR(seen.covariance[(offset * features + r) * features + c], expected, 1e-5) << r << ' ' << c;
    }
  }
}

TEST(InputStatistics, AreThoseOfEveryWindowOfASmallPicture) {
  graph::Conv op;
  op.stride = {2, 1};
  op.dilation = {1, 2};
  op.pads = {1, 2, 0, 1};
  const graph::Shape weights{4, 3, 3, 2};
  const Picture picture(9, 8, 3, 7);
  ThreadTeam team = *ThreadTeam::create(2);
  InputStatistics statistics = Layer(op, weights).statistics();
  statistics.add(picture.view(), team);
  const LayerStatistics seen = statistics.finish();
  const auto windows = windows_of(picture, op, 0, weights);
  EXPECT_EQ(seen.positions, static_cast<std::int64_t>(windows.size()));
  EXPECT_EQ(seen.features, 18);
  expect_statistics_of(seen, 0, windows);
}

TEST(InputStatistics, GroupsHaveTheirOwnAndPadValuesCount) {
  graph::Conv op;
  op.groups = 2;
  op.pads = {1, 1, 1, 1};
  op.pad_values = {3, -1, 0, 2};
  const graph::Shape weights{6, 2, 3, 3};
  const Picture picture(6, 5, 4, 8);
  ThreadTeam team = *ThreadTeam::create(1);
  InputStatistics statistics = Layer(op, weights).statistics();
  statistics.add(picture.view(), team);
  for (const std::int64_t group : {0, 1})
    expect_statistics_of(statistics.finish(), group, windows_of(picture, op, group, weights));
}

TEST(InputStatistics, ManyBlocksAndTilesAddUp) {
  const graph::Shape weights{1, 150, 1, 1};  // two tiles
  const Picture a(20, 18, 150, 9), b(13, 11, 150, 10);
  ThreadTeam team = *ThreadTeam::create(2);
  InputStatistics statistics = Layer({}, weights).statistics();
  statistics.add(a.view(), team);
  statistics.add(b.view(), team);
  auto windows = windows_of(a, {}, 0, weights);
  for (auto& window : windows_of(b, {}, 0, weights)) windows.push_back(std::move(window));
  expect_statistics_of(statistics.finish(), 0, windows);
}

TEST(InputStatistics, HaveTheSameBitsForAnyNumberOfThreads) {
  const graph::Shape weights{1, 40, 2, 2};
  const Picture picture(70, 60, 40, 11);
  std::vector<LayerStatistics> seen;
  for (const int threads : {1, 2, 3}) {
    ThreadTeam team = *ThreadTeam::create(threads);
    InputStatistics statistics = Layer({}, weights).statistics();
    statistics.add(picture.view(), team);
    seen.push_back(statistics.finish());
  }
  EXPECT_EQ(seen[0].covariance, seen[1].covariance);
  EXPECT_EQ(seen[0].covariance, seen[2].covariance);
  EXPECT_EQ(seen[0].mean, seen[2].mean);
}

TEST(InputStatistics, TakeNoMoreWindowsThanAskedAndOthersForAnotherSeed) {
  const Picture picture(64, 64, 1, 12);
  ThreadTeam team = *ThreadTeam::create(1);
  const auto mean = [&](std::uint64_t seed) {
    InputStatistics statistics =
        Layer({}, {1, 1, 1, 1}).statistics({.positions_per_picture = 100, .seed = seed});
    statistics.add(picture.view(), team);
    EXPECT_EQ(statistics.finish().positions, 100);
    return statistics.finish().mean[0];
  };
  EXPECT_EQ(mean(1), mean(1));
  EXPECT_NE(mean(1), mean(2));
}

TEST(InputStatistics, SampledWindowsLieAllOverThePicture) {
  Picture picture(100, 100, 1, 13);
  for (std::size_t i = 0; i < picture.values.size(); ++i) picture.values[i] = static_cast<float>(i);
  ThreadTeam team = *ThreadTeam::create(1);
  InputStatistics statistics = Layer({}, {1, 1, 1, 1}).statistics({.positions_per_picture = 50});
  statistics.add(picture.view(), team);
  EXPECT_NEAR(statistics.finish().mean[0], 5000, 50);
  EXPECT_NEAR(std::sqrt(statistics.finish().covariance[0]), 10000 / std::sqrt(12), 50);
}

TEST(InputStatistics, WhatIsConstantHasNoVarianceHoweverLarge) {
  Picture picture(30, 30, 2, 14);
  for (std::size_t i = 0; i < picture.values.size(); i += 2) picture.values[i] = 12345.678f;
  ThreadTeam team = *ThreadTeam::create(2);
  InputStatistics statistics = Layer({}, {1, 2, 1, 1}).statistics();
  statistics.add(picture.view(), team);
  const LayerStatistics seen = statistics.finish();
  EXPECT_EQ(seen.covariance[0], 0);
  EXPECT_EQ(seen.covariance[1], 0);
  EXPECT_EQ(static_cast<float>(seen.mean[0]), 12345.678f);
  EXPECT_GT(seen.covariance[3], 0.1);
}

TEST(InputStatistics, AFarMeanCostsNoPrecision) {
  const Picture near(60, 60, 2, 15), far(60, 60, 2, 15, 1024);
  ThreadTeam team = *ThreadTeam::create(2);
  const auto variance = [&](const Picture& picture) {
    InputStatistics statistics = Layer({}, {1, 2, 1, 1}).statistics();
    statistics.add(picture.view(), team);
    return statistics.finish().covariance[0];
  };
  EXPECT_NEAR(variance(far), variance(near), 1e-4);
}

TEST(InputStatistics, APictureSmallerThanTheKernelHasNoWindows) {
  const Picture picture(2, 2, 1, 16);
  ThreadTeam team = *ThreadTeam::create(1);
  InputStatistics statistics = Layer({}, {1, 1, 3, 3}).statistics();
  statistics.add(picture.view(), team);
  EXPECT_EQ(statistics.finish().positions, 0);
  EXPECT_EQ(statistics.finish().covariance, std::vector<double>(81));
}

}  // namespace
}  // namespace nawq::quantize
