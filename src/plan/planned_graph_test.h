// Owns: small graphs for the tests of planning: built at two sizes, planned, and looked into.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "graph/passes/tiny_graph_test.h"
#include "plan/check_program.h"
#include "plan/make_program.h"

namespace nawq::plan {

using graph::TinyGraph;
using graph::ValueId;

// Adds nodes behind the picture, which has three channels; the last one makes the result.
using Build = std::function<void(TinyGraph&)>;

inline graph::Graph built(const Build& build, std::int64_t width_px, std::int64_t height_px) {
  TinyGraph made({1, 3, height_px, width_px});
  build(made);
  return std::move(made.graph);
}

inline PictureFacts facts_of(const graph::Graph& graph) {
  PictureFacts facts;
  facts.name = "tiny";
  facts.scale = graph.shape(graph.output)[2] / graph.shape(graph.input)[2];
  facts.channels = 3;
  return facts;
}

inline Result<Program> plan_of(const Build& build, const graph::Recipe* recipe = nullptr,
                               const PlanOptions& options = {}) {
  const graph::Graph graph = built(build, 16, 12), larger = built(build, 31, 25);
  return make_program(graph, larger, recipe, facts_of(graph), options);
}

// An empty Program after a failure.
inline Program planned(const Build& build, const graph::Recipe* recipe = nullptr,
                       const PlanOptions& options = {}) {
  auto program = plan_of(build, recipe, options);
  EXPECT_TRUE(program) << (program ? "" : program.error().message);
  if (!program) return {};
  EXPECT_TRUE(check_program(*program));
  return std::move(*program);
}

inline void expect_refused(const Result<Program>& program, const std::string& part) {
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::kModel);
  EXPECT_NE(program.error().message.find(part), std::string::npos) << program.error().message;
}

// "conv: Slope Residual": what every operation is, by name, and its steps.
inline std::string step_text(StepKind kind) {
  constexpr const char* kNames[] = {"Relu",         "Slope",    "Clip",  "Residual", "Product",
                                    "ChannelScale", "Function", "Table", "Round"};
  return kNames[static_cast<std::size_t>(kind)];
}
inline std::vector<std::string> operations_of(const Program& program) {
  std::vector<std::string> lines;
  for (const Operation& operation : program.operations) {
    std::string line = concat(operation.name, ":");
    for (const StepSpec& step : operation.steps) line = concat(line, " ", step_text(step.kind));
    lines.push_back(std::move(line));
  }
  return lines;
}
using Lines = std::vector<std::string>;

// A convolution that keeps the size.
inline ValueId add_conv(TinyGraph& tiny, const std::string& name, ValueId from, std::int64_t channels,
                        std::int64_t kernel = 3, std::int64_t groups = 1) {
  const std::int64_t inputs = tiny.graph.shape(from)[1], pad = kernel / 2;
  const ValueId weights = tiny.constant(name + ".w", {channels, inputs / groups, kernel, kernel});
  const ValueId bias = tiny.constant(name + ".b", {channels});
  return tiny.add(name, graph::convolution({pad, pad, pad, pad}, groups), {from, weights, bias});
}

inline ValueId add_sum(TinyGraph& tiny, const std::string& name, ValueId a, ValueId b) {
  return tiny.add(name, graph::Binary{graph::BinaryKind::kAdd}, {a, b});
}
inline ValueId add_product(TinyGraph& tiny, const std::string& name, ValueId a, ValueId b) {
  return tiny.add(name, graph::Binary{graph::BinaryKind::kMul}, {a, b});
}
inline ValueId add_unary(TinyGraph& tiny, const std::string& name, graph::UnaryKind kind, ValueId from,
                         float alpha = 0, float beta = 0) {
  return tiny.add(name, graph::Unary{kind, alpha, beta}, {from});
}
inline ValueId add_prelu(TinyGraph& tiny, const std::string& name, ValueId from) {
  const ValueId slopes = tiny.constant(name + ".s", {tiny.graph.shape(from)[1], 1, 1});
  return tiny.add(name, graph::PRelu{}, {from, slopes});
}
inline ValueId add_shuffle(TinyGraph& tiny, const std::string& name, ValueId from, std::int64_t block,
                           graph::ShuffleOrder order = graph::ShuffleOrder::kCrd) {
  return tiny.add(name, graph::DepthToSpace{block, order}, {from});
}
inline ValueId add_concat(TinyGraph& tiny, const std::string& name, std::vector<ValueId> from) {
  return tiny.add(name, graph::Concat{}, std::move(from));
}
// Its pieces.
inline std::vector<ValueId> add_split(TinyGraph& tiny, const std::string& name, ValueId from,
                                      std::vector<std::int64_t> sizes) {
  return tiny.graph.add_node(name, graph::Split{1, std::move(sizes)}, {from}).value();
}
inline ValueId add_resize(TinyGraph& tiny, const std::string& name, ValueId from, graph::ResizeMode mode,
                          float scale, graph::CoordinateMode coordinates, graph::NearestRounding rounding) {
  const graph::Shape& shape = tiny.graph.shape(from);
  graph::Resize op;
  op.mode = mode;
  op.coordinates = coordinates;
  op.rounding = rounding;
  op.scale_h = op.scale_w = scale;
  op.size = {static_cast<std::int64_t>(static_cast<float>(shape[2]) * scale),
             static_cast<std::int64_t>(static_cast<float>(shape[3]) * scale)};
  return tiny.add(name, op, {from});
}
inline ValueId add_statistic(TinyGraph& tiny, const std::string& name, ValueId from,
                             graph::ChannelStatistic statistic = graph::ChannelStatistic::kMean) {
  return tiny.add(name, graph::ChannelStatistics{statistic}, {from});
}

// Weight codes of one for every convolution, and no formats yet.
inline graph::Recipe recipe_of_ones(const Build& build) {
  graph::Recipe recipe;
  const graph::Graph graph = built(build, 16, 12);
  for (const graph::Node& node : graph.nodes) {
    if (!node.as<graph::Conv>()) continue;
    const graph::Tensor* weights = graph.constant(node.inputs[1]);
    recipe.weights[node.name].codes.assign(weights->floats.size(), 1);
    recipe.weights[node.name].scales.assign(static_cast<std::size_t>(weights->shape[0]), 0.01f);
  }
  return recipe;
}

}  // namespace nawq::plan
