#include "session/quantized_network.h"

#include "graph/apply_biases.h"
#include "graph/fingerprint.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

Result<NetworkPair> with_biases(const Network& network, const graph::Recipe& recipe) {
  NAWQ_TRY(NetworkPair pair, graphs_of(network));
  NAWQ_CHECK(graph::apply_biases(pair.graph, recipe));
  NAWQ_CHECK(graph::apply_biases(pair.larger, recipe));
  return pair;
}

float picture_scale(const Network& network) {
  return static_cast<float>(static_cast<double>(network.info().input_range) / 255.0);
}

onnx::ExportInfo info_of(const Network& network, const ExportOptions& options) {
  const NetworkInfo& info = network.info();
  return {.scale = info.scale,
          .input_range = static_cast<int>(info.input_range),
          .colour = info.colour == ColourOrder::kBgr ? "BGR" : "RGB",
          .program_version = options.version,
          .four_dims = options.four_dims};
}

}  // namespace

Result<graph::Recipe> quantize_uniformly(const Network& network, const quantize::Ranges& ranges, int bits,
                                         quantize::DreLayers dre) {
  return quantize_mixed(network, ranges, ranges, {.bits = bits, .dre = std::move(dre)});
}

Result<graph::Recipe> quantize_mixed(const Network& network, const quantize::Ranges& ranges8,
                                     const quantize::Ranges& ranges16, quantize::RecipeOptions options) {
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  options.input_scale = picture_scale(network);
  return quantize::make_recipe(pair.graph, ranges8, ranges16, options);
}

Result<std::uint64_t> fingerprint(const Network& network) {
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  return graph::fingerprint(pair.graph);
}

Result<graph::Recipe> quantize_as_decided(const Network& network, const quantize::Decisions& decisions) {
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  return quantize::make_recipe(pair.graph, decisions, picture_scale(network));
}

Result<quantize::Decisions> find_decisions(const Network& network, const graph::Recipe& recipe,
                                           const quantize::Ranges& ranges8, const quantize::Ranges& ranges16,
                                           int unread_bits) {
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  return quantize::find_decisions(pair.graph, recipe, ranges8, ranges16, unread_bits, picture_scale(network));
}

Result<plan::Program> plan_with(const Network& network, const graph::Recipe& recipe) {
  NAWQ_TRY(const NetworkPair pair, with_biases(network, recipe));
  return plan::make_program(pair.graph, pair.larger, &recipe, picture_facts(network), {});
}

Result<std::string> export_with(const Network& network, const graph::Recipe& recipe, std::string version,
                                bool four_dims) {
  NAWQ_TRY(const NetworkPair pair, with_biases(network, recipe));
  return onnx::export_qdq(pair.graph, pair.larger, recipe,
                          info_of(network, {.version = std::move(version), .four_dims = four_dims}));
}

Result<std::string> export_dynamic(const Network& network, const graph::Recipe& recipe,
                                   const ExportOptions& options) {
  NAWQ_TRY(const NetworkPair pair, with_biases(network, recipe));
  return onnx::export_dynamic(pair.graph, pair.larger, recipe, info_of(network, options));
}

Result<onnx::DescribedFile> export_described(const Network& network, const graph::Recipe& recipe,
                                             const ExportOptions& options) {
  NAWQ_TRY(const NetworkPair pair, with_biases(network, recipe));
  return onnx::export_described(pair.graph, pair.larger, recipe, info_of(network, options));
}

}  // namespace nawq::session
