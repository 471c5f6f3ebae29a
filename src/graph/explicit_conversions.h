// Owns: target machines whose nodes read and write one wordlength (Recipe::same_io): which value is computed
// in which, and nodes of their own where one becomes another.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::graph {

// By value: the wordlength of the node that computes it. Nodes without one have that of what they read, a
// concatenation the largest in which its result is written; the picture has 8 bits.
std::vector<int> computed_bits(const Graph& graph, const Recipe& recipe);

// Rewrites the graph of a recipe with same_io, and the recipe: every value has one format, that of the
// wordlength in which it is computed; where a reader has another one, a node between them ("x.as16", which
// clips to what its codes hold) makes a value of that. A result in 16 bits is rounded to them before it
// becomes pixels, and the picture is read in 16 bits where its readers are of 16. `white`: of the picture, in
// the network's numbers. What is rounded must be known: Graph::rounded says it afterwards. Nothing is done
// without same_io, nor again. Fails (kModel) where a tensor has no format of a wordlength that it needs.
Status add_conversions(Graph& graph, Recipe& recipe, float white);

// Whether the node is one of those.
bool is_conversion(const Graph& graph, const Recipe& recipe, const Node& node);

// The least and the largest real number that codes of the format stand for.
std::pair<float, float> code_bounds(const CodeFormat& format);

}  // namespace nawq::graph
