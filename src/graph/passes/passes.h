// Owns: the list of rewrites that turn an imported graph into the one that is run, and their order. Each is a
// file of its own and returns how often it rewrote.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace nawq::graph {

Result<int> fold_constants(Graph& graph);
Result<int> remove_dead(Graph& graph);

Result<int> recognise_pixel_shuffle(Graph& graph);
Result<int> merge_pixel_shuffles(Graph& graph);
Result<int> recognise_channel_shuffle(Graph& graph);
Result<int> recognise_channel_statistics(Graph& graph);
Result<int> recognise_gelu(Graph& graph);
Result<int> recognise_hard_swish(Graph& graph);

Result<int> matmul_to_conv(Graph& graph);
Result<int> sink_layout(Graph& graph);
Result<int> simplify_layout(Graph& graph);

Result<int> fold_padding(Graph& graph);
Result<int> fold_affine_backward(Graph& graph);
Result<int> fold_affine_forward(Graph& graph);
Result<int> affine_to_conv(Graph& graph);

// Runs all of them, in order, until none changes anything; the graph is verified after each that did. Errors
// begin with "pass NAME".
Status run_passes(Graph& graph);

}  // namespace nawq::graph
