// Owns: from wordlengths of layers and ranges of tensors to a recipe: every tensor in the formats that its
// readers want, weights rounded to nearest where they are not given.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "quantize/ranges.h"
#include "quantize/round_layer.h"

namespace nawq::quantize {

// Layers (node names) whose ranges are found on every picture. The others have the static ranges only; these
// have them too, for whoever does without.
struct DreLayers {
  bool all = false;
  std::set<std::string> names = {};  // where not all
};

// By node name: weights that are rounded already, for the graph that the recipe is of.
using RoundedLayers = std::map<std::string, RoundedLayer>;

struct RecipeOptions {
  int bits = 8;                       // of every layer: 8 or 16
  std::set<std::string> others = {};  // layers (node names) of the other wordlength
  // Of those, layers that read nothing but the picture or vectors stay as they are.
  DreLayers dre = {};
  float input_scale = 1;  // of the picture's 8-bit codes
  WeightScales weight_scales = WeightScales::kPerChannel;
  // Recipe::same_io. Layers that read nothing but the picture then have the largest wordlength of their
  // readers, or 16 bits where the picture is shifted; Sigmoid and Tanh of 16 bits have the formats that such
  // machines ask for, whatever their ranges.
  bool same_io = false;
  // Weights of other layers are rounded to nearest. Null: all are. Outlives the call.
  const RoundedLayers* rounded = nullptr;
};

// `ranges8` and `ranges16` are for formats of 8 and 16 bits and have the same names. Fails (kModel) when a
// convolution reads a tensor whose range is not known, or has weights that are not finite. A given layer
// whose scales are too small for its biases at the scale of what it reads has them raised (formats.h).
Result<graph::Recipe> make_recipe(const graph::Graph& graph, const Ranges& ranges8, const Ranges& ranges16,
                                  const RecipeOptions& options);

}  // namespace nawq::quantize
