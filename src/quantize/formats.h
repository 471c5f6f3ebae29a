// Owns: the arithmetic that turns a range into a format and weights into codes (docs/numerics.md "Codes").
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::quantize {

using graph::code_format;

enum class WeightScales { kPerChannel, kPerTensor };

// Fails (kModel) where a weight or bias of a Conv or ConvTranspose is not constant or not finite.
Status check_weights(const graph::Graph& graph, const graph::Node& node);

// Of the graph, by output channel; zeros where it has none.
std::vector<float> biases_of(const graph::Graph& graph, const graph::Node& node);

// max|w| / 127 of every output channel, or of all; 1 where all weights are 0.
std::vector<float> widest_scales(const graph::Graph& graph, const graph::Node& node, WeightScales kind);

// The smallest scale of weights with which a bias has an int32 code of at most 2^30 in size.
float least_weight_scale(float bias, float input_scale);

// Weights of a Conv or ConvTranspose, finite constants, each rounded to the nearest code of its output
// channel's own scale, max|w| / 127, or of one for all. Where |bias| / (input_scale * scale) would pass 2^30,
// the scale is raised, so that the bias has an int32 code. `input_scale`: of the codes that the node reads;
// the smallest of them if it is not decided.
graph::WeightCodes round_weights(const graph::Graph& graph, const graph::Node& node, float input_scale,
                                 WeightScales kind = WeightScales::kPerChannel);

// Raises scales of ready codes in the same way; channels whose scale changes are rounded to nearest anew.
// `biases`: by output channel; empty: the graph's.
void raise_scales(const graph::Graph& graph, const graph::Node& node, std::span<const float> biases,
                  float input_scale, WeightScales kind, graph::WeightCodes& codes);

}  // namespace nawq::quantize
