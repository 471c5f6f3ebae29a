// Owns: the uniform recipe: every tensor in one wordlength, formats from given ranges, weights rounded to
// nearest.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::quantize {

struct TensorRange {
  double min = 0, max = 0;
};

// By value name: of every tensor that is written to memory, functions' operands and results included.
using Ranges = std::map<std::string, TensorRange>;

struct UniformOptions {
  int bits = 8;           // 8 or 16
  float input_scale = 1;  // of the picture's 8-bit codes
  // Widens every range about 0 by this factor: what pictures outside the calibration set may need.
  double headroom = 1;
};

// Fails (kModel) when a convolution reads a tensor whose range is not known.
Result<graph::Recipe> uniform_recipe(const graph::Graph& graph, const Ranges& ranges,
                                     const UniformOptions& options);

}  // namespace nawq::quantize
