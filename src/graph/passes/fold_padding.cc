// rewrite Pad with a constant, spatial -> Conv -> Conv with larger pads
#include <algorithm>

#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

bool grows_picture(const Pad& pad, const Shape& shape) {
  const auto negative = [](std::int64_t amount) { return amount < 0; };
  return pad.mode == PadMode::kConstant && shape.size() == 4 && pad.before[0] == 0 && pad.before[1] == 0 &&
         pad.after[0] == 0 && pad.after[1] == 0 && std::ranges::none_of(pad.before, negative) &&
         std::ranges::none_of(pad.after, negative);
}

// True where everything around the Conv's picture is `value` already, or nothing is around it.
bool is_padded_with(const Conv& conv, float value) {
  if (conv.pads == Padding2d{}) return true;
  if (conv.pad_values.empty()) return value == 0;
  return std::ranges::all_of(conv.pad_values, [&](float other) { return other == value; });
}

Result<bool> fold(Graph& graph, const Links& links, NodeIndex index) {
  const Node& node = graph.nodes[index];
  const auto* pad = node.as<Pad>();
  if (!pad || !grows_picture(*pad, graph.shape(node.inputs[0]))) return false;
  const NodeIndex reader = links.only_reader(node.outputs[0]);
  if (reader == kNoNode) return false;
  auto* conv = graph.nodes[reader].as<Conv>();
  if (!conv || !is_padded_with(*conv, pad->value)) return false;

  conv->pads.top += pad->before[2];
  conv->pads.left += pad->before[3];
  conv->pads.bottom += pad->after[2];
  conv->pads.right += pad->after[3];
  conv->pad_values.clear();
  if (pad->value != 0)
    conv->pad_values.assign(static_cast<std::size_t>(graph.shape(node.inputs[0])[1]), pad->value);
  graph.nodes[reader].inputs[0] = node.inputs[0];
  return true;
}

}  // namespace

Result<int> fold_padding(Graph& graph) { return rewrite_each_backwards(graph, fold); }

}  // namespace nawq::graph
