// Owns: making a recipe that was read beside a graph speak of what run_passes() left of that graph.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::graph {

// Values keep their names as long as they keep their numbers, nodes as long as they are there. Scales of
// weights take in what passes multiplied their output channels by. A node made of several, named "name/part",
// has the wordlength of its parts. A node that reads nothing but the picture has 8, the picture's, and no
// range to be found. Entries of what is gone are dropped; where values are kept rounded (Graph::rounded),
// formats are spread. Fails (kModel) where a pass changed weights in a way that scales cannot say.
Status settle_recipe(const Graph& graph, Recipe& recipe);

}  // namespace nawq::graph
