// Recipes: written and read back they are equal, and the network that comes back is the one with rounded
// weights.
#include "onnx/export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "graph/weight_channels.h"
#include "onnx/model.h"
#include "onnx/recipe_maker_test.h"

namespace nawq::onnx {
namespace {

using graph::Graph;
using graph::Node;
using graph::Recipe;
using graph::ValueId;

// A network at two sizes, after all passes.
struct Network {
  Graph graph, other;
  float white = 1;
};

Graph after_passes(Graph graph) {
  const Status status = graph::run_passes(graph);
  EXPECT_TRUE(status.has_value()) << status.error().message;
  return graph;
}

ExportInfo info_of(const Network& network) {
  ExportInfo info;
  info.scale = network.graph.shape(network.graph.output)[2] / network.graph.shape(network.graph.input)[2];
  info.input_range = static_cast<int>(network.white);
  info.program_version = "0.0";
  return info;
}

int mixed_wordlength(std::size_t node) { return node % 3 == 1 ? 16 : 8; }

Recipe mixed_recipe(const Network& network) {
  return make_recipe(network.graph, network.other, network.white, mixed_wordlength);
}

Model written_and_read(const Network& network, const Graph& other, const Recipe& recipe) {
  const auto bytes = export_qdq(network.graph, other, recipe, info_of(network));
  EXPECT_TRUE(bytes.has_value()) << bytes.error().message;
  return Model::parse(std::as_bytes(std::span(bytes.value())), "written.onnx").value();
}

QuantizedGraph at_size_of(const Model& model, const Graph& graph) {
  const graph::Shape& shape = graph.shape(graph.input);
  auto read = model.quantized_at_size(shape[3], shape[2]);
  EXPECT_TRUE(read.has_value()) << read.error().message;
  return std::move(read.value());
}

float input_scale(const Graph& graph, const Recipe& recipe, const Node& node, float white) {
  if (node.inputs[0] == graph.input) return static_cast<float>(static_cast<double>(white) / 255);
  for (const graph::CodeFormat& format : recipe.tensors.at(graph.value(node.inputs[0]).name))
    if (format.bits == recipe.wordlengths.at(node.name)) return format.scale;
  return 0;
}

graph::Tensor rounded_weights(const Graph& graph, const Node& node, const graph::WeightCodes& codes) {
  graph::Tensor weights = *graph.constant(node.inputs[1]);
  const auto* conv = node.as<graph::Conv>();
  const graph::WeightChannels channels =
      conv ? graph::WeightChannels(*conv, weights.shape)
           : graph::WeightChannels(*node.as<graph::ConvTranspose>(), weights.shape);
  for (std::size_t i = 0; i < weights.floats.size(); ++i)
    weights.floats[i] = static_cast<float>(codes.codes[i]) * codes.scales[channels(i)];
  return weights;
}

// Behind a shift the bias of float weights stands: what is padded with is taken in by those, and the step of
// rounding is finer. Of convolutions without groups.
graph::Tensor bias_behind_shift(const Graph& graph, const Node& node, const graph::Tensor& rounded) {
  const graph::Tensor& weights = *graph.constant(node.inputs[1]);
  const auto taps = static_cast<std::size_t>(weights.shape[2] * weights.shape[3]);
  const auto inputs = static_cast<std::size_t>(weights.shape[1]);
  graph::Tensor bias = *graph.constant(node.inputs[2]);
  for (std::size_t o = 0; o < bias.floats.size(); ++o) {
    double sum{bias.floats[o]};
    for (std::size_t i = o * inputs * taps; i < (o + 1) * inputs * taps; ++i)
      sum += (double{weights.floats[i]} - double{rounded.floats[i]}) *
             double{node.as<graph::Conv>()->pad_values[i / taps % inputs]};
    bias.floats[o] = static_cast<float>(sum);
  }
  return bias;
}

graph::Tensor bias_of_codes(const Graph& graph, const Recipe& recipe, const Node& node, float white) {
  graph::Tensor bias = *graph.constant(node.inputs[2]);
  const std::vector<float>& scales = recipe.weights.at(node.name).scales;
  for (std::size_t c = 0; c < bias.floats.size(); ++c)
    bias.floats[c] = graph::rounded_bias(bias.floats[c], input_scale(graph, recipe, node, white), scales[c]);
  return bias;
}

// The network with the weights and biases that its codes stand for.
Graph rounded(Graph graph, const Recipe& recipe, float white) {
  for (Node& node : graph.nodes) {
    const auto codes = recipe.weights.find(node.name);
    if (codes == recipe.weights.end()) continue;
    graph::Tensor weights = rounded_weights(graph, node, codes->second);
    if (node.inputs.size() > 2) {
      const bool is_shifted = node.as<graph::Conv>() && !node.as<graph::Conv>()->pad_values.empty();
      graph::Tensor bias =
          is_shifted ? bias_behind_shift(graph, node, weights) : bias_of_codes(graph, recipe, node, white);
      node.inputs[2] = graph.add_constant("b", std::move(bias));
    }
    node.inputs[1] = graph.add_constant("w", std::move(weights));
  }
  return graph;
}

// Behind a shift the step of a bias is not the one that rounded() takes.
bool has_shift(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) {
    return node.as<graph::Conv>() && !node.as<graph::Conv>()->pad_values.empty();
  });
}

void expect_same_output(const Graph& wanted, const Graph& read, float white) {
  ThreadTeam team = ThreadTeam::create(2).value();
  const graph::Tensor picture = noise_picture(wanted.shape(wanted.input), white);
  const graph::Tensor expected = reference::run(wanted, picture, team).value();
  const graph::Tensor actual = reference::run(read, picture, team).value();
  ASSERT_EQ(actual.shape, expected.shape);
  double difference = 0;
  for (std::size_t i = 0; i < expected.floats.size(); ++i)
    difference = std::max(difference, std::abs(double{expected.floats[i]} - double{actual.floats[i]}));
  EXPECT_LE(difference, (has_shift(wanted) ? 1e-5 : 1e-6) * double{white});
}

void expect_equal_recipes(const Recipe& read, const Recipe& wanted) {
  EXPECT_EQ(read.wordlengths, wanted.wordlengths);
  EXPECT_EQ(read.dre, wanted.dre);
  EXPECT_TRUE(read.weights == wanted.weights);
  EXPECT_TRUE(read.tensors == wanted.tensors);
}

void expect_round_trip(const Network& network, const Recipe& recipe) {
  const Model any_size = written_and_read(network, network.other, recipe);
  EXPECT_EQ(any_size.info().fixed_width_px, 0);
  for (const Graph* graph : {&network.graph, &network.other}) {
    const QuantizedGraph read = at_size_of(any_size, *graph);
    expect_equal_recipes(read.recipe, recipe);
    EXPECT_EQ(graph::dump(read.graph), graph::dump(*graph));
  }
  const Model one_size = written_and_read(network, network.graph, recipe);
  EXPECT_EQ(one_size.info().fixed_width_px, network.graph.shape(network.graph.input)[3]);
  const QuantizedGraph read = at_size_of(one_size, network.graph);
  expect_equal_recipes(read.recipe, recipe);
  expect_same_output(rounded(network.graph, recipe, network.white),
                     rounded(read.graph, recipe, network.white), network.white);
}

// A padded convolution, of x - shift where it `shifts`; channel attention; a transposed convolution.
Graph small_network(std::int64_t height, std::int64_t width, bool shifts) {
  graph::TinyGraph net({1, 3, height, width});
  using namespace graph;
  ValueId shifted = net.x;
  if (shifts)
    shifted = net.add("shifted", Binary{BinaryKind::kSub},
                      {net.x, net.constant("shift", {1, 3, 1, 1}, {0.4f, 0.5f, 0.3f})});
  ValueId y = net.add("first", convolution({1, 1, 1, 1}),
                      {shifted, net.constant("w1", {8, 3, 3, 3}), net.constant("b1", {8})});
  y = net.add("act", PRelu{}, {y, net.constant("slope", {8, 1, 1})});
  const ValueId body = net.add("body", convolution({1, 1, 1, 1}), {y, net.constant("w2", {8, 8, 3, 3})});
  ValueId gate = net.add("deviation", ChannelStatistics{ChannelStatistic::kStandardDeviation}, {body});
  gate = net.add("gate", Conv{}, {gate, net.constant("w3", {8, 8, 1, 1}), net.constant("b3", {8})});
  gate = net.add("sigmoid", Unary{UnaryKind::kSigmoid}, {gate});
  const ValueId scaled = net.add("scaled", Binary{BinaryKind::kMul}, {body, gate});
  const ValueId sum = net.add("sum", Binary{BinaryKind::kAdd}, {scaled, y});
  const ValueId both = net.add("both", graph::Concat{1}, {sum, y});
  ConvTranspose up;
  up.stride = {2, 2};
  net.add("up", up, {both, net.constant("w4", {16, 3, 2, 2}), net.constant("b4", {3})});
  return after_passes(net.graph);
}

Network small(bool shifts = true) {
  return {small_network(10, 12, shifts), small_network(14, 16, shifts), 1};
}

TEST(Export, ARecipeComesBackEqual) {
  const Network network = small();
  Recipe recipe = mixed_recipe(network);
  recipe.dre = {"body", "up"};
  EXPECT_EQ(recipe.tensors.at("act").size(), 2u) << "a tensor in two formats";
  EXPECT_EQ(recipe.weights.size(), 3u) << "the gate is float";
  expect_round_trip(network, recipe);
}

TEST(Export, WritesWhatTheFileIs) {
  const Network network = small();
  const Model model = written_and_read(network, network.other, mixed_recipe(network));
  const ModelInfo& info = model.info();
  EXPECT_TRUE(info.quantized);
  EXPECT_EQ(info.opset, 21);
  EXPECT_EQ(info.input_name, "x");
  EXPECT_EQ(info.output_name, "up");
  EXPECT_EQ(info.producer, "nawqsr 0.0");
  EXPECT_EQ(info.metadata, (std::map<std::string, std::string>{{"scale", "2"},
                                                               {"input_range", "1"},
                                                               {"colour", "RGB"},
                                                               {"nawqsr.version", "0.0"},
                                                               {"nawqsr.recipe", "1"}}));
}

TEST(Export, WhatWasReadBackIsWrittenInTheSameBytes) {
  const Network network =
      small(false);  // the bias behind a shift is rounded twice: to its code, and to float
  const Recipe recipe = mixed_recipe(network);
  const auto first = export_qdq(network.graph, network.other, recipe, info_of(network)).value();
  const Model model = Model::parse(std::as_bytes(std::span(first)), "written.onnx").value();
  const QuantizedGraph graph = at_size_of(model, network.graph), other = at_size_of(model, network.other);
  EXPECT_TRUE(export_qdq(graph.graph, other.graph, graph.recipe, info_of(network)).value() == first);
}

TEST(Export, AWordlengthThatATensorDoesNotHaveIsRefused) {
  const Network network = small();
  Recipe recipe = make_recipe(network.graph, network.other, 1, [](std::size_t) { return 8; });
  recipe.wordlengths["up"] = 16;
  const auto written = export_qdq(network.graph, network.other, recipe, info_of(network));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().message, "node 'up' (ConvTranspose): tensor 'both' is not quantized to 16 bits");
}

TEST(Export, ABiasWithoutACodeIsRefused) {
  const Network network = small();
  Recipe recipe = make_recipe(network.graph, network.other, 1, [](std::size_t) { return 8; });
  for (float& scale : recipe.weights["up"].scales) scale = 1e-12f;
  const auto written = export_qdq(network.graph, network.other, recipe, info_of(network));
  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().message.find("node 'up' (ConvTranspose): bias "), std::string::npos);
}

TEST(Export, FormatsThatCodesCannotHaveAreRefused) {
  const Network network = small();
  for (const graph::CodeFormat& format : {graph::CodeFormat{7, 1, 0}, {8, 0, 0}, {8, 1, 256}, {16, 1, -1}}) {
    Recipe recipe;
    recipe.tensors["sum"] = {format};
    const auto written = export_qdq(network.graph, network.other, recipe, info_of(network));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().message, "tensor 'sum' has no format that codes can have");
  }
}

std::filesystem::path model_path(const std::string& name) {
  const char* set = std::getenv("NAWQSR_SHARED");
  return std::filesystem::path(set ? set : "../shared") / "models" / (name + ".onnx");
}

Network load(const std::string& name) {
  const Model model = Model::load(model_path(name)).value();
  const float white = model.info().metadata.at("input_range") == "255" ? 255.0f : 1.0f;
  return {after_passes(model.at_size(28, 24).value()), after_passes(model.at_size(45, 37).value()), white};
}

class ExportOfNetwork : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_path(GetParam())))
      GTEST_SKIP() << model_path(GetParam()) << " is not here: set NAWQSR_SHARED";
  }
};

// For bench/peers/quantized_check.py, where NAWQSR_WRITE_OUTPUTS names a folder.
void keep(const Network& network, const Recipe& recipe, const std::string& name) {
  const char* folder = std::getenv("NAWQSR_WRITE_OUTPUTS");
  if (!folder) return;
  std::filesystem::create_directories(folder);
  const std::string bytes = export_qdq(network.graph, network.other, recipe, info_of(network)).value();
  std::ofstream file(std::filesystem::path(folder) / concat(name, "_mixed.onnx"), std::ios::binary);
  file << bytes;
  EXPECT_TRUE(file.flush());
}

TEST_P(ExportOfNetwork, ComesBackEqual) {
  const Network network = load(GetParam());
  const Recipe recipe = mixed_recipe(network);
  expect_round_trip(network, recipe);
  keep(network, recipe, std::filesystem::path(GetParam()).stem().string());
}

INSTANTIATE_TEST_SUITE_P(Shared, ExportOfNetwork,
                         testing::Values("imdn_x2", "imdn_x3", "imdn_x4", "realesr_animevideov3_x4",
                                         "rfdn_x4", "tpsr_x4", "xlsr_x3", "ours/tiny_x4"));

}  // namespace
}  // namespace nawq::onnx
