// Owns: recipes for tests: plausible formats from the ranges that a picture of noise gives.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "graph/graph.h"
#include "graph/passes/passes.h"
#include "graph/passes/tiny_graph_test.h"
#include "graph/recipe.h"
#include "quantize/formats.h"
#include "reference/run.h"

namespace nawq::onnx {

// A picture's numbers, 0 to `white`.
inline graph::Tensor noise_picture(const graph::Shape& shape, float white) {
  graph::Tensor picture = graph::random_tensor(shape, 5);
  for (float& value : picture.floats) value = (value + 1) / 2 * white;
  return picture;
}

inline graph::CodeFormat range_format(const graph::Graph& graph, graph::ValueId id, float white, int bits) {
  graph::Graph part = graph;
  part.output = id;
  EXPECT_TRUE(graph::remove_dead(part).has_value());
  ThreadTeam team = ThreadTeam::create(2).value();
  const graph::Tensor picture = noise_picture(graph.shape(graph.input), white);
  const graph::Tensor values = reference::run(part, picture, team).value();
  const auto [low, high] = std::ranges::minmax(values.floats);
  return graph::code_format(low, high, bits);
}

// Every value but the output and pictures of 1 x 1 is rounded, to the wordlengths of its readers:
// wordlength_of(index of the node). `other` is the graph at another size.
template <class WordlengthOf>
graph::Recipe make_recipe(const graph::Graph& graph, const graph::Graph& other, float white,
                          WordlengthOf wordlength_of) {
  const auto is_flat = [](const graph::Shape& shape) {
    return shape.size() == 4 && shape[2] * shape[3] == 1;
  };
  const auto is_rounded = [&](graph::ValueId id) {
    const bool is_vector = is_flat(graph.shape(id)) && is_flat(other.shape(id));
    return id != graph.output && !graph.constant(id) && !is_vector;
  };
  graph::Recipe recipe;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const graph::Node& node = graph.nodes[i];
    const bool reads_rounded = std::ranges::any_of(
        node.inputs, [&](graph::ValueId id) { return id != graph.input && is_rounded(id); });
    if (!reads_rounded && node.inputs[0] != graph.input) continue;
    const int bits = reads_rounded ? wordlength_of(i) : 8;
    recipe.wordlengths[node.name] = bits;
    for (const graph::ValueId id : node.inputs) {
      if (id == graph.input || !is_rounded(id)) continue;
      auto& formats = recipe.tensors[graph.value(id).name];
      const bool is_new =
          std::ranges::none_of(formats, [&](const graph::CodeFormat& format) { return format.bits == bits; });
      if (is_new) formats.push_back(range_format(graph, id, white, bits));
    }
    if (!node.as<graph::Conv>() && !node.as<graph::ConvTranspose>()) continue;
    const float input_scale = white / 65535;  // below that of any codes of the picture
    recipe.weights[node.name] = quantize::round_weights(graph, node, input_scale);
  }
  return recipe;
}

}  // namespace nawq::onnx
