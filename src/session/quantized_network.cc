#include "session/quantized_network.h"

#include "base/text.h"
#include "graph/fingerprint.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

float picture_scale(const Network& network) {
  return static_cast<float>(static_cast<double>(network.info().input_range) / 255.0);
}

// Graphs and recipe as they are planned and written.
Result<NetworkPair> settled(const Network& network, const graph::Recipe& recipe,
                            std::optional<Extent> size = {}) {
  NetworkPair pair;
  if (size) {
    NAWQ_TRY(const Extent accepted, network.accepted_size(*size));
    if (accepted != *size)
      return fail(
          ErrorKind::kUsage,
          concat(network.info().name, ": does not take pictures of ", size->width_px, 'x', size->height_px,
                 "; the next size that it takes is ", accepted.width_px, 'x', accepted.height_px));
    NAWQ_TRY(pair.graph, network.at_size(*size));
    pair.larger = pair.graph;
  } else {
    NAWQ_TRY(pair, graphs_of(network));
  }
  NAWQ_CHECK(settle_recipe_of(pair, recipe, static_cast<float>(network.info().input_range)));
  return pair;
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
  NAWQ_TRY(const NetworkPair pair, settled(network, recipe));
  return plan::make_program(pair.graph, pair.larger, &pair.recipe, picture_facts(network), {});
}

Result<std::string> export_static(const Network& network, const graph::Recipe& recipe,
                                  const ExportOptions& options) {
  NAWQ_TRY(const NetworkPair pair, settled(network, recipe, options.size));
  return onnx::export_qdq(pair.graph, pair.larger, pair.recipe, info_of(network, options));
}

Result<std::string> export_with(const Network& network, const graph::Recipe& recipe, std::string version,
                                bool four_dims) {
  return export_static(network, recipe, {.version = std::move(version), .four_dims = four_dims});
}

Result<std::string> export_dynamic(const Network& network, const graph::Recipe& recipe,
                                   const ExportOptions& options) {
  NAWQ_TRY(const NetworkPair pair, settled(network, recipe, options.size));
  return onnx::export_dynamic(pair.graph, pair.larger, pair.recipe, info_of(network, options));
}

Result<onnx::DescribedFile> export_described(const Network& network, const graph::Recipe& recipe,
                                             const ExportOptions& options) {
  NAWQ_TRY(const NetworkPair pair, settled(network, recipe, options.size));
  return onnx::export_described(pair.graph, pair.larger, pair.recipe, info_of(network, options));
}

}  // namespace nawq::session
