// Owns: the arithmetic that turns a range into a format and weights into codes (docs/numerics.md "Codes").
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::quantize {

using graph::code_format;

// Weights of a Conv or ConvTranspose with constant weights, each rounded to the nearest code of its output
// channel's own scale, max|w| / 127. Where |bias| / (input_scale * scale) would pass 2^30, the channel's
// scale is raised, so that the bias has an int32 code. `input_scale`: of the codes that the node reads; the
// smallest of them if it is not decided.
graph::WeightCodes round_weights(const graph::Graph& graph, const graph::Node& node, float input_scale);

}  // namespace nawq::quantize
