// rewrite Concat of (channels of x -> DepthToSpace into one channel), for each output channel -> DepthToSpace
//
// The channels of each are pieces of a Split, or what Slices take with a step: files for targets without
// tensors of more than four dimensions.
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

// What a part is made of.
struct Source {
  ValueId value = kNoValue;
  ShuffleOrder order = ShuffleOrder::kCrd;
};

std::optional<Source> of_split(const Node& maker, ValueId piece, std::int64_t index, std::int64_t channels,
                               std::int64_t positions) {
  const auto* split = maker.as<Split>();
  const bool is_even =
      split && split->axis == 1 &&
      split->sizes == std::vector<std::int64_t>(static_cast<std::size_t>(channels), positions);
  if (!is_even || maker.outputs[static_cast<std::size_t>(index)] != piece) return std::nullopt;
  return Source{maker.inputs[0], ShuffleOrder::kCrd};
}

// Channels `index` * positions on, or every `channels`-th from `index`.
std::optional<Source> of_slice(const Graph& graph, const Node& maker, std::int64_t index,
                               std::int64_t channels, std::int64_t positions) {
  const auto* slice = maker.as<Slice>();
  const Shape& from = graph.shape(maker.inputs[0]);
  if (!slice || from.size() != 4 || from[1] != channels * positions) return std::nullopt;
  const Shape taken{from[0], positions, from[2], from[3]};
  const auto is = [&](std::int64_t start, std::int64_t step) {
    return slice->sizes == taken && slice->starts == std::vector<std::int64_t>{0, start, 0, 0} &&
           slice->steps == std::vector<std::int64_t>{1, step, 1, 1};
  };
  if (is(index, channels)) return Source{maker.inputs[0], ShuffleOrder::kDcr};
  if (is(index * positions, 1)) return Source{maker.inputs[0], ShuffleOrder::kCrd};
  return std::nullopt;
}

std::optional<Source> source_of(const Graph& graph, const Links& links, ValueId piece, std::int64_t index,
                                std::int64_t channels, std::int64_t positions) {
  const NodeIndex at = links.maker(piece);
  if (at == kNoNode) return std::nullopt;
  const Node& maker = graph.nodes[at];
  if (const auto source = of_split(maker, piece, index, channels, positions)) return source;
  return of_slice(graph, maker, index, channels, positions);
}

Result<bool> merge(Graph& graph, const Links& links, NodeIndex index) {
  Node& concat = graph.nodes[index];
  if (!concat.as<Concat>() || concat.as<Concat>()->axis != 1 || concat.inputs.size() < 2) return false;
  const auto channels = static_cast<std::int64_t>(concat.inputs.size());
  std::optional<Source> common;
  std::int64_t block = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    const ValueId plane = concat.inputs[static_cast<std::size_t>(c)];
    const Node* shuffle = made_by<DepthToSpace>(graph, links, plane);
    if (!shuffle || graph.shape(plane)[1] != 1) return false;
    const std::int64_t own_block = shuffle->as<DepthToSpace>()->block;
    if (c > 0 && own_block != block) return false;
    block = own_block;
    const auto source = source_of(graph, links, shuffle->inputs[0], c, channels, block * block);
    if (!source || (c > 0 && (source->value != common->value || source->order != common->order)))
      return false;
    common = source;
  }
  concat.op = DepthToSpace{block, common->order};
  concat.inputs = {common->value};
  return true;
}

}  // namespace

Result<int> merge_pixel_shuffles(Graph& graph) { return rewrite_each(graph, merge); }

}  // namespace nawq::graph
