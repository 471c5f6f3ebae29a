// Owns: writing a quantized network as ONNX in standard operators, opset 21: with every rounded tensor behind
// QuantizeLinear and DequantizeLinear, with ranges that the file finds itself, or in float with its roundings
// told beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

// The serialized file, which Model::quantized_at_size reads back. `graph` and `other` are the same network
// after all passes at two sizes, from which the rules of sizes are found, for a file that takes any size; the
// same graph twice gives one that takes this size only. A recipe with same_io
// goes through graph::add_conversions first. Names of nodes and values are kept. Errors (kModel)
// name the node that standard operators, or a file for any size, cannot express, or that reads a value in a
// wordlength which it does not have.
Result<std::string> export_qdq(const graph::Graph& graph, const graph::Graph& other,
                               const graph::Recipe& recipe, const ExportInfo& info);

// As export_qdq, but standard operators find the ranges of the recipe's DRE layers on every picture, whose
// biases are float. For other runtimes: Model refuses such a file, which has no static ranges.
Result<std::string> export_dynamic(const graph::Graph& graph, const graph::Graph& other,
                                   const graph::Recipe& recipe, const ExportInfo& info);

// What a tensor of a float file is rounded to: real = (code - zero_point) * scale.
struct TensorEncoding {
  std::string name;          // in that file
  bool is_constant = false;  // signed codes of weights (8 bits) and biases (32); others are unsigned
  int bits = 8;
  std::vector<float> scales = {};  // one; of a constant, one for each index of `axis`
  std::int32_t zero_point = 0;     // of a constant 0
  std::int64_t axis = 0;           // of a constant
};

struct DescribedFile {
  std::string bytes;                    // a float network, with the weights that its codes stand for
  std::vector<TensorEncoding> tensors;  // a tensor once; of two formats the one of 16 bits
};

// Static ranges everywhere.
Result<DescribedFile> export_described(const graph::Graph& graph, const graph::Graph& other,
                                       const graph::Recipe& recipe, const ExportInfo& info);

}  // namespace nawq::onnx
