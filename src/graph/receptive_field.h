// Owns: how far around a pixel a network looks.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/graph.h"

namespace nawq::graph {

// Width in input pixels of the square that one output pixel depends on (the larger of both directions);
// nothing when it depends on the whole picture, as behind a channel statistic. A halo is half of it.
std::optional<std::int64_t> receptive_field_px(const Graph& graph);

}  // namespace nawq::graph
