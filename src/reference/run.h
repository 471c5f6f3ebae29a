// Owns: running a Graph in float32 with obvious loops: the judge of accuracy for everything faster. No
// intrinsics, no fusion, a fixed order of summation: the same bits for any number of threads.
#pragma once

#include <cstdint>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "graph/graph.h"

namespace nawq::reference {

// Called after each node with the share of MACs done, 0..1. Returning false stops the run (kInterrupted).
using Progress = FunctionRef<bool(double done)>;

// What becomes of each node's results: float32, or the nearest numbers of half precision.
enum class Results { kFloat, kHalf };

// The output tensor of `graph` for `input`, which has the shape of graph.input. Operators that the reference
// does not run (none that the importer lets through at run time) are an error naming the node.
Result<graph::Tensor> run(const graph::Graph& graph, const graph::Tensor& input, ThreadTeam& team,
                          Progress progress, Results results = Results::kFloat);
Result<graph::Tensor> run(const graph::Graph& graph, const graph::Tensor& input, ThreadTeam& team);

// Largest sum of bytes of the tensors alive at one time in run(), input and output included, constants not.
std::int64_t peak_activation_bytes(const graph::Graph& graph);

}  // namespace nawq::reference
