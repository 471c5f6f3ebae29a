#include "session/plan_network.h"

#include <algorithm>

#include "graph/apply_biases.h"
#include "graph/explicit_conversions.h"

namespace nawq::session {
namespace {

// A size that is a ratio at both is one at all: halved again and again, 111 stays odd when rounded down and
// 97 when rounded up, so that enlarging to a size from before the halving is no ratio.
constexpr Extent kSize{64, 48}, kLargerSize{111, 97};

Result<graph::Graph> graph_at(const Network& network, Extent size) {
  NAWQ_TRY(const Extent accepted, network.accepted_size(size));
  return network.at_size(accepted);
}

Result<NetworkPair> quantized_pair(const Network& network, Extent size, Extent larger_size) {
  NAWQ_TRY(const Extent accepted, network.accepted_size(size));
  NAWQ_TRY(const Extent accepted_larger, network.accepted_size(larger_size));
  NAWQ_TRY(auto quantized, network.model().quantized_at_size(accepted.width_px, accepted.height_px));
  NAWQ_TRY(auto larger,
           network.model().quantized_at_size(accepted_larger.width_px, accepted_larger.height_px));
  return NetworkPair{std::move(quantized.graph), std::move(larger.graph), std::move(quantized.recipe)};
}

// A refusal says of which network.
Result<plan::Program> named(Result<plan::Program> program, const Network& network) {
  if (program) return program;
  return tl::unexpected<Error>(with_context(std::move(program.error()), network.info().name));
}

}  // namespace

Result<NetworkPair> graphs_of(const Network& network) {
  const onnx::ModelInfo& file = network.model().info();
  const bool fixed = file.fixed_width_px > 0 && file.fixed_height_px > 0;
  const Extent size = fixed ? Extent{file.fixed_width_px, file.fixed_height_px} : kSize;
  const Extent larger_size = fixed ? size : kLargerSize;
  if (file.quantized) return quantized_pair(network, size, larger_size);
  NAWQ_TRY(graph::Graph graph, graph_at(network, size));
  NAWQ_TRY(graph::Graph larger, graph_at(network, larger_size));
  return NetworkPair{std::move(graph), std::move(larger), {}};
}

Status settle_recipe_of(NetworkPair& pair, const graph::Recipe& recipe, float white) {
  for (graph::Graph* graph : {&pair.graph, &pair.larger}) {
    pair.recipe = recipe;
    NAWQ_CHECK(graph::apply_biases(*graph, recipe));
    NAWQ_CHECK(graph::add_conversions(*graph, pair.recipe, white));
  }
  return {};
}

plan::PictureFacts picture_facts(const Network& network) {
  const NetworkInfo& info = network.info();
  const onnx::ModelInfo& file = network.model().info();
  return {.name = info.name,
          .scale = info.scale,
          .channels = info.channels,
          .bgr = info.colour == ColourOrder::kBgr,
          .input_range = static_cast<float>(info.input_range),
          .fixed_width_px = file.fixed_width_px,
          .fixed_height_px = file.fixed_height_px};
}

Result<plan::Program> plan_floating(const Network& network, const plan::PlanOptions& options) {
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  return named(plan::make_program(pair.graph, pair.larger, nullptr, picture_facts(network), options),
               network);
}

Result<plan::Program> plan_as_stored(const Network& network, Dre dre) {
  NAWQ_TRY(NetworkPair pair, graphs_of(network));
  const bool quantized = network.model().info().quantized;
  if (dre == Dre::kOff) pair.recipe.dre.clear();
  return named(plan::make_program(pair.graph, pair.larger, quantized ? &pair.recipe : nullptr,
                                  picture_facts(network), {}),
               network);
}

bool has_run_time_ranges(const plan::Program& program) {
  return std::ranges::any_of(program.operations, &plan::Operation::dre);
}

std::string_view precision_of(const plan::Program& program) {
  if (program.floating) return "fp32";
  bool has8 = false, has16 = false;
  for (std::size_t i = plan::kOutputTensor + 1; i < program.tensors.size(); ++i) {
    const plan::Format format = program.tensors[i].quantization.format;
    has8 |= format == plan::Format::kCode8;
    has16 |= format == plan::Format::kCode16;
  }
  return has8 && has16 ? "hybrid" : has16 ? "a16w8" : "int8";
}

}  // namespace nawq::session
