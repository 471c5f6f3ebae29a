// Owns: a float network with all that quantizing it needs but wordlengths: graphs, layers, ranges, weights in
// 8 bits. Trying an assignment of wordlengths is then one call.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/recipe.h"
#include "plan/make_program.h"
#include "quantize/layers.h"
#include "quantize/make_recipe.h"
#include "quantize/round_layer.h"
#include "session/network.h"
#include "session/plan_network.h"

namespace nawq::session {

struct PreparedNetwork {
  NetworkPair graphs;   // in float, with the biases of rounded layers
  NetworkPair rounded;  // the same with the weights that codes stand for (FP32W8)
  plan::PictureFacts facts;
  float input_scale = 1;  // of the picture's 8-bit codes
  quantize::Ranges ranges8, ranges16;
  // By node name. Convolutions without an entry get weights rounded to nearest.
  quantize::RoundedLayers rounded_layers;
  quantize::WeightScales weight_scales = quantize::WeightScales::kPerChannel;  // of those
  std::vector<quantize::Layer> layers;
  bool same_io = false;  // of the target: Recipe::same_io

  Result<graph::Recipe> recipe(const quantize::Assignment& assignment) const;
  Result<plan::Program> program(const graph::Recipe& recipe) const;
  // In float32, of `graphs` or of `rounded`.
  Result<plan::Program> floating_program(const NetworkPair& pair) const;
};

// Of a float network, with these ranges for 8- and 16-bit formats; weights are not rounded yet.
Result<PreparedNetwork> prepare_network(const Network& network, quantize::Ranges ranges8,
                                        quantize::Ranges ranges16);

// Wordlengths of `bits` for all.
quantize::Assignment uniform_assignment(const PreparedNetwork& network, int bits, bool dre = false);

}  // namespace nawq::session
