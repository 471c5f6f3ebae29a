// rewrite Conv -> y = s x + t per channel -> Conv with weights s W and bias s b + t
//
// Also ConvTranspose, and also through a DepthToSpace in between; not where the Conv's result is rounded.
// Exact at padded borders: the shift comes after the sum over taps. Values whose numbers change take another
// name: names stand for numbers.
#include "base/text.h"
#include "graph/passes/affine.h"
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"
#include "graph/weight_channels.h"

namespace nawq::graph {
namespace {

// The affine as it would be before `shuffle`, whose output channel each of its input channels goes to.
Affine before_shuffle(const Affine& affine, const DepthToSpace& shuffle) {
  const std::size_t channels = affine.scale.size();
  const auto positions = static_cast<std::size_t>(shuffle.block * shuffle.block);
  Affine out;
  for (std::size_t from = 0; from < channels * positions; ++from) {
    const std::size_t to = shuffle.order == ShuffleOrder::kCrd ? from / positions : from % channels;
    out.scale.push_back(affine.scale[to]);
    out.shift.push_back(affine.shift[to]);
  }
  return out;
}

Tensor scaled(const Tensor& weights, const Affine& affine, const WeightChannels& channel_of) {
  Tensor out = weights;
  for (std::size_t i = 0; i < out.floats.size(); ++i)
    out.floats[i] = static_cast<float>(affine.scale[channel_of(i)] * double{weights.floats[i]});
  return out;
}

Tensor scaled_weights(const Graph& graph, const Node& node, const Affine& affine) {
  const Tensor& weights = *graph.constant(node.inputs[1]);
  if (const auto* op = node.as<ConvTranspose>()) return scaled(weights, affine, {*op, weights.shape});
  return scaled(weights, affine, {Conv{}, weights.shape});
}

Tensor shifted_bias(const Graph& graph, const Node& node, const Affine& affine) {
  const Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  const std::size_t channels = affine.scale.size();
  std::vector<float> out(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const double before = bias ? double{bias->floats[c]} : 0.0;
    out[c] = static_cast<float>(affine.scale[c] * before + affine.shift[c]);
  }
  return float_tensor({static_cast<std::int64_t>(channels)}, std::move(out));
}

void fold_into(Graph& graph, NodeIndex index, const Affine& affine) {
  Node& node = graph.nodes[index];
  const std::string weights_name = graph.value(node.inputs[1]).name;
  const std::string bias_name =
      node.inputs.size() > 2 ? graph.value(node.inputs[2]).name : concat(node.name, ".bias");
  Tensor bias = shifted_bias(graph, node, affine);
  const ValueId weights_id = graph.add_constant(weights_name, scaled_weights(graph, node, affine));
  node.inputs = {node.inputs[0], weights_id, graph.add_constant(bias_name, std::move(bias))};
}

Result<bool> fold(Graph& graph, const Links& links, NodeIndex index) {
  const Node& node = graph.nodes[index];
  auto affine = match_affine(graph, node);
  if (!affine || links.only_reader(affine->input) != index) return false;

  const ValueId before = affine->input, after = node.outputs[0];
  if (graph.is_rounded(before)) return false;
  NodeIndex maker = links.maker(before);
  if (maker == kNoNode) return false;
  if (const auto* shuffle = graph.nodes[maker].as<DepthToSpace>()) {
    const ValueId packed = graph.nodes[maker].inputs[0];
    if (links.only_reader(packed) != maker || graph.is_rounded(packed)) return false;
    affine = before_shuffle(*affine, *shuffle);
    maker = links.maker(packed);
    if (maker == kNoNode) return false;
  }
  if (!graph.nodes[maker].as<Conv>() && !graph.nodes[maker].as<ConvTranspose>()) return false;
  fold_into(graph, maker, *affine);
  replace_uses(graph, after, before);
  if (graph.output != before) std::swap(graph.value(before).name, graph.value(after).name);
  const ValueId made = graph.nodes[maker].outputs[0];
  if (made != before) graph.value(made).name = concat(graph.value(before).name, ".unshuffled");
  return true;
}

}  // namespace

Result<int> fold_affine_backward(Graph& graph) { return rewrite_each(graph, fold); }

}  // namespace nawq::graph
