#include "session/prepared_network.h"

namespace nawq::session {

Result<graph::Recipe> PreparedNetwork::recipe(const quantize::Assignment& assignment) const {
  quantize::RecipeOptions options{.bits = 16,
                                  .input_scale = input_scale,
                                  .weight_scales = weight_scales,
                                  .same_io = same_io,
                                  .rounded = &rounded_layers};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (assignment[i].bits == 8) options.others.insert(layers[i].name);
    if (assignment[i].dre) options.dre.names.insert(layers[i].name);
  }
  return quantize::make_recipe(graphs.graph, ranges8, ranges16, options);
}

Result<plan::Program> PreparedNetwork::program(const graph::Recipe& recipe) const {
  if (!recipe.same_io) return plan::make_program(graphs.graph, graphs.larger, &recipe, facts, {});
  NetworkPair pair = graphs;
  NAWQ_CHECK(settle_recipe_of(pair, recipe, facts.input_range));
  return plan::make_program(pair.graph, pair.larger, &pair.recipe, facts, {});
}

Result<plan::Program> PreparedNetwork::floating_program(const NetworkPair& pair) const {
  return plan::make_program(pair.graph, pair.larger, nullptr, facts, {});
}

Result<PreparedNetwork> prepare_network(const Network& network, quantize::Ranges ranges8,
                                        quantize::Ranges ranges16) {
  PreparedNetwork prepared;
  NAWQ_TRY(prepared.graphs, graphs_of(network));
  prepared.rounded = prepared.graphs;
  prepared.facts = picture_facts(network);
  prepared.input_scale = static_cast<float>(static_cast<double>(network.info().input_range) / 255.0);
  prepared.ranges8 = std::move(ranges8);
  prepared.ranges16 = std::move(ranges16);
  prepared.layers = quantize::find_layers(prepared.graphs.graph, prepared.ranges8);
  return prepared;
}

quantize::Assignment uniform_assignment(const PreparedNetwork& network, int bits, bool dre) {
  return quantize::Assignment(network.layers.size(), {bits, dre});
}

}  // namespace nawq::session
