// Owns: putting a recipe's biases in place of a graph's own, so that whoever plans or writes the graph knows
// of one bias only.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::graph {

// Every node of Recipe::biases reads these; one without a bias gets it as a third input. Constants are added,
// never changed: other nodes or graphs may share them. Fails (kModel) for a name that is no convolution's,
// for a count other than its output channels and for a number that is not finite; the graph is then to be
// dropped.
Status apply_biases(Graph& graph, const Recipe& recipe);

}  // namespace nawq::graph
