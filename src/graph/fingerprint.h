// Owns: telling networks apart: a number that another structure, other names or other weights change.
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace nawq::graph {

// Of nodes, their operands and all constants, but for attributes and shapes that may depend on the picture's
// size: the same at every size. 64-bit FNV-1a, no protection against intent.
std::uint64_t fingerprint(const Graph& graph);

}  // namespace nawq::graph
