#include "session/prepared_network.h"

namespace nawq::session {

Result<graph::Recipe> PreparedNetwork::recipe(const quantize::Assignment& assignment) const {
  quantize::RecipeOptions options{.bits = 16, .input_scale = input_scale};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (assignment[i].bits == 8) options.others.insert(layers[i].name);
    if (assignment[i].dre) options.dre.names.insert(layers[i].name);
  }
  NAWQ_TRY(graph::Recipe recipe, quantize::make_recipe(graphs.graph, ranges8, ranges16, options));
  for (const auto& [name, codes] : weights) recipe.weights[name] = codes;
  return recipe;
}

Result<plan::Program> PreparedNetwork::program(const graph::Recipe& recipe) const {
  return plan::make_program(graphs.graph, graphs.larger, &recipe, facts, {});
}

Result<plan::Program> PreparedNetwork::floating_program(const NetworkPair& pair) const {
  return plan::make_program(pair.graph, pair.larger, nullptr, facts, {});
}

quantize::Assignment uniform_assignment(const PreparedNetwork& network, int bits, bool dre) {
  return quantize::Assignment(network.layers.size(), {bits, dre});
}

}  // namespace nawq::session
