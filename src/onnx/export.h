// Owns: writing a quantized network as ONNX with QuantizeLinear and DequantizeLinear, opset 21: the float
// network in standard operators, every rounded tensor behind such a pair. What Model::quantized_at_size reads
// back.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::onnx {

// What a file says of itself beside its graph.
struct ExportInfo {
  std::int64_t scale = 1;
  int input_range = 1;          // what white is in the network's numbers: 1 or 255
  std::string colour = "RGB";   // order of the picture's channels
  std::string program_version;  // of the program that writes the file
  bool four_dims = false;       // pixel shuffles by operators on at most four dimensions
};

// The serialized file. `graph` and `other` are the same network after all passes at two sizes, from which the
// rules of sizes are found, for a file that takes any size; the same graph twice gives one that takes this
// size only. Names of nodes and values are kept. Errors (kModel) name the node that standard operators, or a
// file for any size, cannot express, or that reads a value in a wordlength which it does not have.
Result<std::string> export_qdq(const graph::Graph& graph, const graph::Graph& other,
                               const graph::Recipe& recipe, const ExportInfo& info);

}  // namespace nawq::onnx
