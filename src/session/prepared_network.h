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
#include "session/network.h"
#include "session/plan_network.h"

namespace nawq::session {

struct PreparedNetwork {
  NetworkPair graphs;   // in float, with `biases`
  NetworkPair rounded;  // the same with the weights that codes stand for (FP32W8)
  plan::PictureFacts facts;
  float input_scale = 1;  // of the picture's 8-bit codes
  quantize::Ranges ranges8, ranges16;
  // By node name. Convolutions without an entry get weights rounded to nearest.
  std::map<std::string, graph::WeightCodes> weights;
  std::map<std::string, std::vector<float>> biases;
  std::vector<quantize::Layer> layers;

  Result<graph::Recipe> recipe(const quantize::Assignment& assignment) const;
  Result<plan::Program> program(const graph::Recipe& recipe) const;
  // In float32, of `graphs` or of `rounded`.
  Result<plan::Program> floating_program(const NetworkPair& pair) const;
};

// Wordlengths of `bits` for all.
quantize::Assignment uniform_assignment(const PreparedNetwork& network, int bits, bool dre = false);

}  // namespace nawq::session
