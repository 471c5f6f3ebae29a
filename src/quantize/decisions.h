// Owns: what a quantization decided about a network, of which its recipe is a consequence: wordlengths of
// layers, ranges of tensors for either wordlength, codes of weights. What a recipe file holds: another
// wordlength here gives another recipe, and nothing has to be measured anew.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "quantize/make_recipe.h"

namespace nawq::quantize {

struct DecidedLayer {
  std::string name, op;  // of the graph's node
  int bits = 0;          // 8 or 16; 0: a node that has no wordlength, a concatenation
  bool dre = false;
  bool operator==(const DecidedLayer&) const = default;
};

struct Decisions {
  int unread_bits = 8;                    // of tensors that no layer reads
  bool same_io = false;                   // RecipeOptions::same_io
  std::vector<DecidedLayer> layers = {};  // in the order of the graph
  Ranges ranges8 = {}, ranges16 = {};     // of the same tensors
  // By node name. Convolutions without an entry get weights rounded to nearest; where a wordlength leaves a
  // bias without an int32 code, the scale is raised and the channel rounded anew.
  std::map<std::string, graph::WeightCodes> weights = {};
  std::map<std::string, std::vector<float>> biases = {};
};

// Fails (kModel), by node or tensor, where the decisions are not for this network: a layer that is missing or
// unknown, a wordlength that it cannot have, weights of another size. `input_scale` is of the picture's 8-bit
// codes.
Result<graph::Recipe> make_recipe(const graph::Graph& graph, const Decisions& decisions, float input_scale);

// What led to `recipe`. Fails (kModel) where it is no consequence of these ranges: then the decisions would
// not lead back to it.
Result<Decisions> find_decisions(const graph::Graph& graph, const graph::Recipe& recipe,
                                 const Ranges& ranges8, const Ranges& ranges16, int unread_bits,
                                 float input_scale);

}  // namespace nawq::quantize
