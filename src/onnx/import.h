// Owns: the walk over a file's nodes that turns them into a Graph at one size.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "onnx/parsed_file.h"

namespace nawq::onnx {

// Stops at the first node that cannot be taken.
Result<graph::Graph> import_graph(const ParsedFile& file, std::int64_t width_px, std::int64_t height_px);

// As import_graph, with the recipe as the file states it: of the graph before any pass.
Result<QuantizedGraph> import_quantized(const ParsedFile& file, std::int64_t width_px,
                                        std::int64_t height_px);

// Goes on behind every node that cannot be taken, its results unknown, and lists them all.
std::vector<Unsupported> list_unsupported(const ParsedFile& file, std::int64_t width_px,
                                          std::int64_t height_px);

}  // namespace nawq::onnx
