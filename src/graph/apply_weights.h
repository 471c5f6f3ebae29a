// Owns: putting weights that have codes in place of a graph's own, as the numbers that the codes stand for.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::graph {

// A folded mean shift (Conv::pad_values) put sum(weights * shift) into the bias. With rounded weights it is
// another sum: the difference, by output channel; empty where nothing was folded.
std::vector<double> shift_correction(const Graph& graph, const Node& node, const WeightCodes& weights);

// The Conv or ConvTranspose called `name` reads code * scale. Constants are added, never changed: other nodes
// or graphs may share them. Fails (kModel) for a name that is no convolution's and for another number of
// codes or scales than it has.
Status apply_weights(Graph& graph, const std::string& name, const WeightCodes& weights);

}  // namespace nawq::graph
