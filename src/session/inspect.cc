#include "session/inspect.h"

#include "base/text.h"
#include "graph/receptive_field.h"
#include "reference/run.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

Result<Inspection> run(const Network& network, Extent picture) {
  NAWQ_TRY(const Extent size, network.accepted_size(picture));
  NAWQ_TRY(const graph::Graph graph, network.at_size(size));
  Inspection result;
  for (const graph::Node& node : graph.nodes) {
    result.layers.push_back({.name = node.name,
                             .op = op_name(node.op),
                             .shape = graph::to_text(graph.shape(node.outputs[0])),
                             .macs = macs(graph, node)});
    result.macs += result.layers.back().macs;
  }
  for (const graph::Value& value : graph.values)
    if (value.is_constant()) result.weights += value.constant->size();
  result.weights_bytes = result.weights * static_cast<std::int64_t>(sizeof(float));
  result.receptive_field_px = receptive_field_px(graph);
  result.peak_activation_bytes = reference::peak_activation_bytes(graph);
  result.dump = dump(graph);
  return result;
}

constexpr Extent kUsualSize{320, 180};

}  // namespace

Extent usual_size(const Network& network) {
  const onnx::ModelInfo& file = network.model().info();
  return {file.fixed_width_px > 0 ? file.fixed_width_px : kUsualSize.width_px,
          file.fixed_height_px > 0 ? file.fixed_height_px : kUsualSize.height_px};
}

Result<Inspection> inspect(const Network& network, Extent picture) {
  return within_memory([&] { return run(network, picture); });
}

std::vector<onnx::Unsupported> unsupported_nodes(const onnx::Model& model) {
  const onnx::ModelInfo& info = model.info();
  const bool fixed = info.fixed_width_px > 0 && info.fixed_height_px > 0;
  return fixed ? model.unsupported(info.fixed_width_px, info.fixed_height_px) : model.unsupported(64, 48);
}

}  // namespace nawq::session
