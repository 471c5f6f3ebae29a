// Owns: Graph + Recipe -> Program: which nodes share an operation, where every tensor is stored, what follows
// from the picture's size.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "plan/program.h"

namespace nawq::plan {

// What a Program says of its pictures.
struct PictureFacts {
  std::string name;
  std::int64_t scale = 1;
  std::int64_t channels = 3;
  bool bgr = false;
  float input_range = 1;
  std::int64_t fixed_width_px = 0, fixed_height_px = 0;  // the only size that it takes; 0: any
};

struct PlanOptions {
  // Keeps the operands and results of functions (Sigmoid, ...) as tensors, so that their ranges can be seen.
  bool separate_functions = false;
};

// `graph` and `larger` are the same network after all passes at two sizes, from which the rules of sizes are
// found; give the same graph twice for a network of one size. Without a recipe the Program is floating.
// Errors (kModel) name the node that the engine cannot run.
Result<Program> make_program(const graph::Graph& graph, const graph::Graph& larger,
                             const graph::Recipe* recipe, const PictureFacts& facts,
                             const PlanOptions& options);

}  // namespace nawq::plan
