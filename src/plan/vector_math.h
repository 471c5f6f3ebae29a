// Owns: nodes on pictures of 1 x 1 (channel attention) as a Program's arithmetic on vectors.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "plan/program.h"
#include "plan/value_map.h"

namespace nawq::plan {

// Appends the operations of a node whose output is a vector and whose input is one too.
Status add_vector_math(const graph::Node& node, ValueMap& values, Program& program);

// Rounds a vector that was just computed to the format that the recipe has for it, if any.
Status add_vector_rounding(graph::ValueId value, ValueMap& values, Program& program);

}  // namespace nawq::plan
