#include "session/quantized_network.h"

#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

// A 1 x 1 convolution without a bias, then every pixel twice.
onnx::TestModel tinter() {
  onnx::TestModel model = empty_network();
  model.floats("w", {3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1}).node("Conv", {"x", "w"}, {"tint"});
  return with_metadata(add_enlarger(model, "tint", "y", 2), kStated);
}

struct Tinted {
  Network network = std::move(*open(tinter()));
  graph::Recipe recipe;

  explicit Tinted(const std::vector<float>& biases) {
    const auto made = quantize_uniformly(network, {{"tint", {0, 1}}}, 8);
    EXPECT_TRUE(made) << made.error().message;
    recipe = *made;
    EXPECT_EQ(recipe.weights.size(), 1u);
    recipe.biases[recipe.weights.begin()->first] = biases;
  }
};

std::vector<float> first_bias(const plan::Program& program) {
  for (const plan::Operation& operation : program.operations)
    if (const auto* made = std::get_if<plan::Convolution>(&operation.kind)) return made->bias;
  return {};
}

TEST(QuantizedNetwork, PlansWithTheRecipesBiases) {
  const Tinted tinted({0.25f, 0.5f, -0.25f});
  const auto program = plan_with(tinted.network, tinted.recipe);
  ASSERT_TRUE(program) << program.error().message;
  const std::vector<float> bias = first_bias(*program);
  ASSERT_GE(bias.size(), 3u);
  EXPECT_NEAR(bias[0], 0.25f, 1e-4f);
  EXPECT_NEAR(bias[1], 0.5f, 1e-4f);
  EXPECT_NEAR(bias[2], -0.25f, 1e-4f);
}

TEST(QuantizedNetwork, ExportsTheRecipesBiases) {
  const Tinted tinted({0.25f, 0.5f, -0.25f});
  const auto bytes = export_with(tinted.network, tinted.recipe, "1");
  ASSERT_TRUE(bytes) << bytes.error().message;
  ThreadTeam team = two_threads();
  const auto written =
      Network::from_bytes(std::as_bytes(std::span(bytes->data(), bytes->size())), "tiny", {}, team);
  ASSERT_TRUE(written) << written.error().message;
  const auto graph = written->at_size({8, 8});
  ASSERT_TRUE(graph);
  const auto conv = std::ranges::find_if(
      graph->nodes, [](const graph::Node& node) { return node.as<graph::Conv>() != nullptr; });
  ASSERT_NE(conv, graph->nodes.end());
  ASSERT_EQ(conv->inputs.size(), 3u);
  EXPECT_NEAR(graph->constant(conv->inputs[2])->floats[1], 0.5f, 1e-4f);
}

TEST(QuantizedNetwork, RefusesBiasesThatDoNotFit) {
  const Tinted tinted({0.25f});
  expect_failure(plan_with(tinted.network, tinted.recipe), ErrorKind::kModel, "3 output channels");
  expect_failure(export_with(tinted.network, tinted.recipe, "1"), ErrorKind::kModel, "3 output channels");
}

}  // namespace
}  // namespace nawq::session
