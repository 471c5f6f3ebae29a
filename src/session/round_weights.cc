#include "session/round_weights.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "codec/context.h"
#include "codec/loaded_program.h"
#include "graph/apply_biases.h"
#include "graph/apply_weights.h"
#include "image/geometry.h"
#include "quantize/input_statistics.h"
#include "quantize/rounded_values.h"
#include "session/engine.h"
#include "session/picture_tensor.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

const graph::Node* find_node(const graph::Graph& graph, const std::string& name) {
  const auto found = std::ranges::find(graph.nodes, name, &graph::Node::name);
  return found == graph.nodes.end() ? nullptr : &*found;
}

class WeightRounder {
 public:
  WeightRounder(PreparedNetwork& network, const WeightsRequest& request, Isa isa, ThreadTeam& team)
      : network_(network), request_(request), isa_(isa), team_(team) {}

  Status round(const std::vector<Image>& pictures) {
    network_.weight_scales = request_.options.scales;
    NAWQ_TRY(plan::Program program, network_.floating_program(network_.rounded));
    const std::vector<std::size_t> convolutions = convolutions_of(program);
    NAWQ_CHECK(make_ready(program, pictures));
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
      const std::string name = program.operations[convolutions[i]].name;
      NAWQ_CHECK(round_layer(program, convolutions[i]));
      NAWQ_TRY(program, network_.floating_program(network_.rounded));
      if (request_.progress && !request_.progress(i + 1, convolutions.size(), name))
        return fail(ErrorKind::kInterrupted, "stopped");
    }
    return {};
  }

 private:
  // A picture, and how far the network with what is rounded has come on it.
  struct Walk {
    Image picture;
    std::optional<codec::Snapshot> snapshot;
  };

  std::vector<std::size_t> convolutions_of(const plan::Program& program) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < program.operations.size(); ++i)
      if (std::get_if<plan::Convolution>(&program.operations[i].kind) &&
          find_node(network_.graphs.graph, program.operations[i].name))
        found.push_back(i);
    return found;
  }

  Status make_ready(const plan::Program& program, const std::vector<Image>& pictures) {
    if (!request_.options.compensated) return {};
    for (const Image& picture : pictures) {
      NAWQ_TRY(const Extent size, accepted_size(program, {picture.width_px(), picture.height_px()}));
      NAWQ_TRY(const Image ready, program.channels == 1 ? to_luma(picture) : to_rgb(picture));
      NAWQ_TRY(Image padded, pad_edge(ready, size.width_px, size.height_px));
      walks_.push_back({std::move(padded), std::nullopt});
    }
    return {};
  }

  // Brings every picture up to the operation and looks at what it reads.
  Result<quantize::LayerStatistics> look(const plan::Program& program, std::size_t index,
                                         const graph::Node& node) {
    const auto* op = std::get_if<plan::Convolution>(&program.operations[index].kind);
    quantize::InputStatistics statistics(network_.graphs.graph, node,
                                         {.positions_per_picture = std::max<std::int64_t>(
                                              1, request_.windows / static_cast<std::int64_t>(walks_.size())),
                                          .seed = request_.seed});
    const auto loaded = codec::LoadedProgram::load(program, isa_);
    for (Walk& walk : walks_) NAWQ_CHECK(advance(loaded, index, op->src, walk, statistics));
    return statistics.finish();
  }

  Status advance(const std::shared_ptr<const codec::LoadedProgram>& loaded, std::size_t index,
                 const plan::View& src, Walk& walk, quantize::InputStatistics& statistics) {
    const codec::Extent size{walk.picture.width_px(), walk.picture.height_px()};
    const plan::Program& program = loaded->program();
    NAWQ_TRY(const auto context,
             codec::Context::create(
                 loaded, size, {.in_bits = walk.picture.bits(), .out_bits = 8, .workers = team_.size()}));
    NAWQ_TRY(Image result, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                         program.channels, 8));
    const std::optional<codec::Snapshot> from = std::move(walk.snapshot);
    return context->run_from(from ? &*from : nullptr, walk.picture, result, team_, [&](std::size_t next) {
      if (next < index) return true;
      const codec::TensorView tensor = context->tensor(src.tensor, next);
      constexpr std::int64_t kFloatBytes = sizeof(float);
      statistics.add({.values = reinterpret_cast<const float*>(tensor.pixels) + src.first_channel,
                      .width_px = tensor.size.width_px,
                      .height_px = tensor.size.height_px,
                      .row_stride = tensor.row_bytes / kFloatBytes,
                      .pixel_stride = tensor.pixel_bytes / kFloatBytes},
                     team_);
      walk.snapshot = context->save(next);
      return false;
    });
  }

  // Of the 16-bit codes that the node may read: the smallest scale it meets.
  float smallest_input_scale(const graph::Node& node) const {
    if (node.inputs[0] == network_.graphs.graph.input) return network_.input_scale;
    const quantize::RoundedValues rounded(network_.graphs.graph, network_.ranges16);
    const graph::ValueId whole = rounded.whole(node.inputs[0]);
    if (whole == graph::kNoValue) return network_.input_scale;
    const auto range = network_.ranges16.find(network_.graphs.graph.value(whole).name);
    return graph::code_format(range->second.min, range->second.max, 16).scale;
  }

  Status round_layer(const plan::Program& program, std::size_t index) {
    const std::string& name = program.operations[index].name;
    const graph::Node& node = *find_node(network_.graphs.graph, name);
    std::optional<quantize::LayerStatistics> statistics;
    if (request_.options.compensated && node.as<graph::Conv>()) {
      NAWQ_TRY(statistics, look(program, index, node));
    }
    NAWQ_TRY(quantize::RoundedLayer rounded,
             quantize::round_layer(network_.graphs.graph, node, statistics ? &*statistics : nullptr,
                                   smallest_input_scale(node), request_.options, team_));
    for (graph::Graph* graph :
         {&network_.graphs.graph, &network_.graphs.larger, &network_.rounded.graph, &network_.rounded.larger})
      NAWQ_CHECK(put_biases(*graph, name, rounded));
    for (graph::Graph* graph : {&network_.rounded.graph, &network_.rounded.larger})
      NAWQ_CHECK(graph::apply_weights(*graph, name, rounded.weights));
    network_.rounded_layers[name] = std::move(rounded);
    return {};
  }

  static Status put_biases(graph::Graph& graph, const std::string& name,
                           const quantize::RoundedLayer& rounded) {
    graph::Recipe recipe;
    if (!rounded.biases.empty()) recipe.biases[name] = rounded.biases;
    return graph::apply_biases(graph, recipe);
  }

  PreparedNetwork& network_;
  const WeightsRequest& request_;
  Isa isa_;
  ThreadTeam& team_;
  std::vector<Walk> walks_;
};

}  // namespace

Status round_weights(PreparedNetwork& network, const std::vector<Image>& pictures,
                     const WeightsRequest& request, Isa isa, ThreadTeam& team) {
  return within_memory([&] { return WeightRounder(network, request, isa, team).round(pictures); });
}

}  // namespace nawq::session
