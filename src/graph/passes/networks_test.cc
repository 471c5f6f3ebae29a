// All passes on real networks: the output stays, and what the passes are for is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "graph/passes/passes.h"
#include "onnx/model.h"
#include "reference/run.h"

namespace nawq::graph {
namespace {

std::filesystem::path path_of(const std::string& name) {
  const char* set = std::getenv("NAWQSR_SHARED");
  return std::filesystem::path(set ? set : "../shared") / "models" / (name + ".onnx");
}

// A network as imported and after the passes.
struct Network {
  Graph imported, passed;
};

Network load(const std::string& name, std::int64_t width_px, std::int64_t height_px) {
  const auto model = onnx::Model::load(path_of(name)).value();
  const Graph imported = model.at_size(width_px, height_px).value();
  Network network{imported, imported};
  const Status status = run_passes(network.passed);
  EXPECT_TRUE(status) << status.error().message;
  return network;
}

// Pixels in 0..largest.
Tensor picture(const Shape& shape, float largest) {
  std::mt19937 random(1);
  std::vector<float> values(static_cast<std::size_t>(element_count(shape).value()));
  for (float& value : values) value = static_cast<float>(random() % 256) / 255 * largest;
  return float_tensor(shape, std::move(values));
}

void expect_same_output(const std::string& name, std::int64_t width_px, std::int64_t height_px) {
  const Network network = load(name, width_px, height_px);
  ThreadTeam team = ThreadTeam::create(2).value();
  const Tensor input =
      picture(network.imported.shape(network.imported.input), name == "tpsr_x4" ? 255.0f : 1.0f);
  const Tensor before = reference::run(network.imported, input, team).value();
  const Tensor after = reference::run(network.passed, input, team).value();
  ASSERT_EQ(before.shape, after.shape);
  const auto [low, high] = std::ranges::minmax(before.floats);
  ASSERT_GT(high, low);
  double difference = 0;
  for (std::size_t i = 0; i < before.floats.size(); ++i)
    difference = std::max(difference, std::abs(double{before.floats[i]} - double{after.floats[i]}));
  EXPECT_LE(difference, 1e-5 * (double{high} - double{low}));
}

int count(const Graph& graph, const std::string& name) {
  return static_cast<int>(
      std::ranges::count_if(graph.nodes, [&](const Node& node) { return op_name(node.op) == name; }));
}

class NetworkPasses : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(path_of(GetParam())))
      GTEST_SKIP() << path_of(GetParam()) << " is not here: set NAWQSR_SHARED";
  }
};

TEST_P(NetworkPasses, KeepTheOutputAtAnySize) {
  for (const auto& [width_px, height_px] : {std::pair{24, 20}, {37, 29}}) {
    SCOPED_TRACE(testing::Message() << width_px << "x" << height_px);
    expect_same_output(GetParam(), width_px, height_px);
  }
}

TEST_P(NetworkPasses, KeepTheOutputOfASinglePixel) {
  if (GetParam() == std::string("rfdn_x4")) GTEST_SKIP() << "its pooling needs a larger picture";
  expect_same_output(GetParam(), 1, 1);
}

TEST_P(NetworkPasses, HaveNothingLeftToDo) {
  Graph graph = load(GetParam(), 24, 20).passed;
  const std::string before = dump(graph);
  ASSERT_TRUE(run_passes(graph));
  EXPECT_EQ(dump(graph), before);
}

INSTANTIATE_TEST_SUITE_P(Shared, NetworkPasses,
                         testing::Values("imdn_x2", "imdn_x3", "imdn_x4", "realesr_animevideov3_x4",
                                         "rfdn_x4", "tpsr_x4", "xlsr_x3", "ours/tiny_x4"));

class TpsrPasses : public NetworkPasses {};

TEST_P(TpsrPasses, FoldBothMeanShifts) {
  const Network network = load(GetParam(), 24, 20);
  EXPECT_EQ(count(network.imported, "Conv"), 17);
  EXPECT_EQ(count(network.passed, "Conv"), 15);
  const Node& first = network.passed.nodes.front();
  ASSERT_TRUE(first.as<Conv>());
  EXPECT_EQ(first.inputs[0], network.passed.input);
  const std::vector<float>& pads = first.as<Conv>()->pad_values;
  ASSERT_EQ(pads.size(), 3u);
  EXPECT_NEAR(pads[0], 114.4, 0.1);
  EXPECT_NEAR(pads[1], 111.5, 0.1);
  EXPECT_NEAR(pads[2], 103.0, 0.1);
  EXPECT_TRUE(network.passed.nodes.back().as<DepthToSpace>());
}

INSTANTIATE_TEST_SUITE_P(Shared, TpsrPasses, testing::Values("tpsr_x4"));

class ImdnPasses : public NetworkPasses {};

TEST_P(ImdnPasses, FindTheStatisticsOfEveryBlock) {
  const Graph graph = load(GetParam(), 24, 20).passed;
  EXPECT_EQ(count(graph, "ChannelMean"), 6);
  EXPECT_EQ(count(graph, "ChannelDeviation"), 6);
  for (const Node& node : graph.nodes) EXPECT_FALSE(node.as<Reduce>()) << node_text(node);
  for (const char* name : {"Sub", "Div", "Pow"}) EXPECT_EQ(count(graph, name), 0) << name;
}

INSTANTIATE_TEST_SUITE_P(Shared, ImdnPasses, testing::Values("imdn_x2", "imdn_x3", "imdn_x4"));

}  // namespace
}  // namespace nawq::graph
