#include "session/round_weights.h"

#include "session/prepared_tiny_test.h"

namespace nawq::session {
namespace {

// Of a float program, in luma against the float network's output.
double error_of(const plan::Program& program) {
  ThreadTeam team = team_of(2);
  EngineEvaluator evaluator(prepared_tiny(), tiny_references(), best_isa(), team, {});
  return evaluator.evaluate(program, {}).value().error;
}

double error_of_weights(const PreparedNetwork& network) {
  return error_of(network.floating_program(network.rounded).value());
}

TEST(RoundWeights, CompensatedWeightsAreBetterThanNearestOnes) {
  const double nearest = error_of_weights(rounded_tiny(false)),
               compensated = error_of_weights(prepared_tiny());
  EXPECT_GT(compensated, 0);
  EXPECT_LT(compensated, 0.5 * nearest);
}

TEST(RoundWeights, EveryConvolutionHasCodes) {
  const PreparedNetwork& network = prepared_tiny();
  std::size_t convolutions = 0;
  for (const graph::Node& node : network.graphs.graph.nodes) {
    if (!node.as<graph::Conv>()) continue;
    ++convolutions;
    const auto found = network.rounded_layers.find(node.name);
    ASSERT_NE(found, network.rounded_layers.end()) << node.name;
    EXPECT_TRUE(found->second.compensated) << node.name;
    EXPECT_LE(found->second.error, found->second.nearest_error) << node.name;
  }
  EXPECT_EQ(network.rounded_layers.size(), convolutions);
}

// All bits of all 16-bit layers come from the codes, so little but the activations' rounding is between them.
TEST(RoundWeights, TheRecipeHasTheWeightsOfTheRoundedGraph) {
  const PreparedNetwork& network = prepared_tiny();
  const plan::Program integer = network.program(network.recipe(tiny_uniform(16)).value()).value();
  const double weights = error_of_weights(network), with_activations = error_of(integer);
  EXPECT_NEAR(with_activations, weights, 0.2 * weights);
}

TEST(RoundWeights, BothSizesOfTheGraphGetTheSame) {
  for (const auto& pair : {&prepared_tiny().rounded, &prepared_tiny().graphs}) {
    ASSERT_EQ(pair->graph.nodes.size(), pair->larger.nodes.size());
    const plan::Program program = prepared_tiny().floating_program(*pair).value();
    EXPECT_FALSE(program.operations.empty()) << "graphs that differ have no program";
  }
}

TEST(RoundWeights, ThreadsAndInstructionSetsGiveTheSameCodes) {
  for (const Isa isa : {supported_isas().front(), supported_isas().back()})
    for (const int threads : {1, 3}) {
      PreparedNetwork network = ranged_tiny();
      ThreadTeam team = team_of(threads);
      ASSERT_TRUE(round_weights(network, small_pictures(4), {}, isa, team));
      for (const auto& [name, layer] : prepared_tiny().rounded_layers) {
        EXPECT_EQ(network.rounded_layers.at(name).weights.codes, layer.weights.codes) << name;
        EXPECT_EQ(network.rounded_layers.at(name).biases, layer.biases) << name;
      }
    }
}

TEST(RoundWeights, TellsEveryLayerAndStopsWhenItIsTold) {
  PreparedNetwork network = ranged_tiny();
  ThreadTeam team = team_of(2);
  WeightsRequest request;
  std::vector<std::string> told;
  request.progress = [&](std::size_t done, std::size_t layers, std::string_view name) {
    told.emplace_back(name);
    EXPECT_EQ(done, told.size());
    EXPECT_EQ(layers, 10u);
    return told.size() < 3;
  };
  const Status status = round_weights(network, small_pictures(2), request, best_isa(), team);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(told, (std::vector<std::string>{"/b/b.0/Conv", "/b/b.2/Conv", "/b/b.4/Conv"}));
}

}  // namespace
}  // namespace nawq::session
