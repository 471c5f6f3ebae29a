// Owns: Resize as a Program's resampling: what its output size follows from.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "plan/program.h"
#include "plan/value_map.h"

namespace nawq::plan {

// Fails (kModel) where the output's size is neither a constant multiple of the input's nor that of another
// tensor.
Result<Resampling> make_resampling(const graph::Node& node, const View& src, const ValueMap& values);

}  // namespace nawq::plan
