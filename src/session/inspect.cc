#include "session/inspect.h"

#include <map>

#include "base/text.h"
#include "codec/context.h"
#include "graph/receptive_field.h"
#include "reference/run.h"
#include "session/bench.h"
#include "session/engine.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// How the engine runs the layers. A layer without an operation of its own is done by the one before it.
Status describe_program(const plan::Program& program, Extent size, const UpscaleOptions& options,
                        Inspection& result) {
  std::map<std::string, const plan::Operation*> operations;
  for (const plan::Operation& operation : program.operations) {
    operations[operation.name] = &operation;
    if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind))
      result.weights_bytes -= static_cast<std::int64_t>(conv->codes.size() * (sizeof(float) - 1));
    result.partitions = operation.partition + 1;
  }
  const plan::Operation* current = nullptr;
  for (LayerRow& layer : result.layers) {
    const auto own = operations.find(layer.name);
    if (own != operations.end()) current = own->second;
    if (!current) continue;
    layer.bits = current->wordlength;
    layer.dre = current->dre;
    layer.partition = current->partition;
    if (own == operations.end()) layer.fused_into = current->name;
  }
  NAWQ_TRY(const std::int64_t tensors,
           codec::Context::memory_bytes(program, {size.width_px, size.height_px}, 8));
  result.peak_activation_bytes =
      tensors + size.width_px * size.height_px * program.scale * program.scale * program.channels;
  result.precision = precision_of(program);
  NAWQ_TRY(result.tiles, explain_tiles(program, size, options));
  return {};
}

// Of a file's layers by themselves, whatever shares an operation with them. A concatenation that others write
// reads nothing.
Status mark_run_time_ranges(const Network& network, Inspection& result) {
  if (!network.model().info().quantized) return {};
  NAWQ_TRY(const NetworkPair pair, graphs_of(network));
  for (LayerRow& layer : result.layers) {
    const bool reads = layer.op != "Concat" || layer.fused_into.empty();
    layer.dre = reads && pair.recipe.dre.contains(layer.name);
  }
  return {};
}

Result<Inspection> run(const Network& network, Extent picture, const UpscaleOptions& options) {
  NAWQ_TRY(const Extent size, network.accepted_size(picture));
  NAWQ_TRY(const graph::Graph graph, network.at_size(size));
  Inspection result;
  for (const graph::Node& node : graph.nodes) {
    result.layers.push_back({.name = node.name,
                             .op = op_name(node.op),
                             .shape = graph::to_text(graph.shape(node.outputs[0])),
                             .macs = macs(graph, node),
                             .fused_into = {}});
    result.macs += result.layers.back().macs;
  }
  for (const graph::Value& value : graph.values)
    if (value.is_constant()) result.weights += value.constant->size();
  result.weights_bytes = result.weights * static_cast<std::int64_t>(sizeof(float));
  result.receptive_field_px = receptive_field_px(graph);
  const auto program = plan_as_stored(network);
  if (program) {
    NAWQ_CHECK(describe_program(*program, size, options, result));
    NAWQ_CHECK(mark_run_time_ranges(network, result));
  } else {
    result.precision = "fp32";
    result.not_on_engine = program.error().message;
    result.peak_activation_bytes = reference::peak_activation_bytes(graph);
  }
  result.dump = dump(graph);
  return result;
}

std::int64_t numbers_of(const plan::Operation& operation) {
  const auto* conv = std::get_if<plan::Convolution>(&operation.kind);
  const auto* math = std::get_if<plan::VectorMath>(&operation.kind);
  if (conv) return static_cast<std::int64_t>(conv->codes.size() + conv->weights.size() + conv->bias.size());
  return math ? static_cast<std::int64_t>(math->weights.size() + math->bias.size()) : 0;
}

Result<Inspection> run(const plan::Program& program, Extent picture, const UpscaleOptions& options) {
  NAWQ_TRY(const Extent size, accepted_size(program, picture));
  NAWQ_TRY(const codec::Sizes sizes, codec::find_sizes(program, {size.width_px, size.height_px}));
  Inspection result;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const plan::Operation& operation = program.operations[i];
    const codec::Extent grid = sizes.grids[i];
    result.layers.push_back(
        {.name = operation.name,
         .op = kind_name(operation),
         .shape = concat("[1,", operation.channels, ",", grid.height_px, ",", grid.width_px, "]"),
         .macs = operation.macs_per_pixel * grid.width_px * grid.height_px,
         .fused_into = {}});
    result.macs += result.layers.back().macs;
    result.weights += numbers_of(operation);
  }
  result.weights_bytes = result.weights * static_cast<std::int64_t>(sizeof(float));
  NAWQ_CHECK(describe_program(program, size, options, result));
  return result;
}

constexpr Extent kUsualSize{320, 180};

}  // namespace

Extent usual_size(const Network& network) {
  const onnx::ModelInfo& file = network.model().info();
  return {file.fixed_width_px > 0 ? file.fixed_width_px : kUsualSize.width_px,
          file.fixed_height_px > 0 ? file.fixed_height_px : kUsualSize.height_px};
}

Extent usual_size(const plan::Program& program) {
  return {program.fixed_width_px > 0 ? program.fixed_width_px : kUsualSize.width_px,
          program.fixed_height_px > 0 ? program.fixed_height_px : kUsualSize.height_px};
}

Result<Inspection> inspect(const Network& network, Extent picture, const UpscaleOptions& options) {
  return within_memory([&] { return run(network, picture, options); });
}

Result<Inspection> inspect(const plan::Program& program, Extent picture, const UpscaleOptions& options) {
  return within_memory([&] { return run(program, picture, options); });
}

std::vector<onnx::Unsupported> unsupported_nodes(const onnx::Model& model) {
  const onnx::ModelInfo& info = model.info();
  const bool fixed = info.fixed_width_px > 0 && info.fixed_height_px > 0;
  return fixed ? model.unsupported(info.fixed_width_px, info.fixed_height_px) : model.unsupported(64, 48);
}

}  // namespace nawq::session
