// Owns: finding out whether a network wants pixels as 0..1 or 0..255, by showing it flat grey both ways.
#pragma once

#include "base/result.h"
#include "base/thread_team.h"
#include "graph/graph.h"
#include "session/network.h"

namespace nawq::session {

// A super-resolution network returns a flat picture nearly unchanged in its own range and, biases having the
// wrong size there, not in the other. Fails (kModel) when neither comes back within a fifth.
Result<InputRange> probe_input_range(const graph::Graph& graph, ThreadTeam& team);

}  // namespace nawq::session
