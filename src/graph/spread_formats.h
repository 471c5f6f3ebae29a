// Owns: which values carry the formats of a recipe where operators only move numbers: files round in front of
// such an operator, behind it, or both, and it is all the same.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::graph {

// Before passes: takes the formats from results of Transpose and Reshape, where their operand has them or can
// have them, so that layouts may be recognised, moved and merged.
void lift_formats(const Graph& graph, Recipe& recipe);

// After passes: results of what only moves numbers have the formats of their operand where they had none, the
// network's output excepted.
// Where a convolution's result is shuffled, only the shuffled pixels are rounded.
void spread_formats(const Graph& graph, Recipe& recipe);

}  // namespace nawq::graph
