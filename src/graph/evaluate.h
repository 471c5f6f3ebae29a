// Owns: computing a node whose operands are all known, at load time. Obvious code for small tensors: shape
// arithmetic and weights. Integers stay integers (division truncates as in ONNX).
#pragma once

#include <span>
#include <vector>

#include "graph/op.h"

namespace nawq::graph {

// True when evaluate() knows the operator. Convolutions, pooling, resizing and statistics are not constants
// in any network worth folding and are left to run time.
bool can_evaluate(const Op& op);

// Outputs of `op` on constants whose shapes infer_shapes() accepts.
Result<std::vector<Tensor>> evaluate(const Op& op, std::span<const Tensor* const> inputs);

}  // namespace nawq::graph
