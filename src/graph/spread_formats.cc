#include "graph/spread_formats.h"

#include <algorithm>
#include <vector>

namespace nawq::graph {
namespace {

struct KeepsNumbers {
  bool operator()(const Transpose&) const { return true; }
  bool operator()(const Reshape&) const { return true; }
  bool operator()(const Expand&) const { return true; }
  bool operator()(const Slice&) const { return true; }
  bool operator()(const Split&) const { return true; }
  bool operator()(const DepthToSpace&) const { return true; }
  bool operator()(const SpaceToDepth&) const { return true; }
  bool operator()(const ChannelShuffle&) const { return true; }
  bool operator()(const Concat&) const { return true; }
  bool operator()(const Pool& op) const { return op.kind == PoolKind::kMax; }
  bool operator()(const Resize& op) const { return op.mode == ResizeMode::kNearest; }
  bool operator()(const Unary& op) const { return op.kind == UnaryKind::kRelu; }  // 0 is a code
  bool operator()(const Pad& op) const { return op.mode != PadMode::kConstant || op.value == 0; }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

class Spreader {
 public:
  Spreader(const Graph& graph, Recipe& recipe)
      : graph_(graph),
        recipe_(recipe),
        readers_(graph.values.size(), 0),
        is_of_conv_(graph.values.size(), false) {
    for (const Node& node : graph.nodes)
      for (const ValueId id : node.inputs)
        if (id != kNoValue) ++readers_[index(id)];
    ++readers_[index(graph.output)];
  }

  void lift() {
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node)
      if (node->as<Transpose>() || node->as<Reshape>()) lift(node->inputs[0], node->outputs[0]);
  }

  void spread() {
    for (const Node& node : graph_.nodes) {
      if (node.as<Conv>()) is_of_conv_[index(node.outputs[0])] = true;
      if (!visit_op(KeepsNumbers{}, node.op)) continue;
      if (node.as<DepthToSpace>()) round_behind(node);
      spread(node);
    }
  }

 private:
  using Formats = std::vector<CodeFormat>;

  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }
  const std::string& name(ValueId id) const { return graph_.value(id).name; }

  const Formats* formats(ValueId id) const {
    const auto found = recipe_.tensors.find(name(id));
    return found == recipe_.tensors.end() ? nullptr : &found->second;
  }

  void lift(ValueId from, ValueId to) {
    const Formats* behind = formats(to);
    if (!behind || to == graph_.output || graph_.constant(from)) return;
    const Formats* before = formats(from);
    if (before && *before != *behind) return;
    if (!before) {
      if (from == graph_.input || readers_[index(from)] != 1) return;
      const Formats lifted = *behind;
      recipe_.tensors[name(from)] = lifted;
    }
    recipe_.tensors.erase(name(to));
  }

  void spread(const Node& node) {
    const Formats* before = formats(node.inputs[0]);
    const bool all_alike = before && std::ranges::all_of(node.inputs, [&](ValueId id) {
                             const Formats* other = formats(id);
                             return id == node.inputs[0] || (other && *other == *before);
                           });
    if (!all_alike) return;
    const Formats same = *before;
    for (const ValueId id : node.outputs)
      if (id != graph_.output && !formats(id)) recipe_.tensors[name(id)] = same;
  }

  void round_behind(const Node& shuffle) {
    const ValueId from = shuffle.inputs[0];
    const Formats* before = formats(from);
    const Formats* behind = formats(shuffle.outputs[0]);
    if (!before || (behind && *before != *behind)) return;
    if (!is_of_conv_[index(from)] || readers_[index(from)] != 1) return;
    const Formats same = *before;
    recipe_.tensors.erase(name(from));
    recipe_.tensors[name(shuffle.outputs[0])] = same;
  }

  const Graph& graph_;
  Recipe& recipe_;
  std::vector<int> readers_;      // of each value, the network's output being one
  std::vector<bool> is_of_conv_;  // of each value
};

}  // namespace

void lift_formats(const Graph& graph, Recipe& recipe) { Spreader(graph, recipe).lift(); }

void spread_formats(const Graph& graph, Recipe& recipe) { Spreader(graph, recipe).spread(); }

}  // namespace nawq::graph
