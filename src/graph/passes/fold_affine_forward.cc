// rewrite y = s x + t per channel -> Conv -> Conv with weights W s and bias b + sum(W t)
//
// Where the Conv is padded with p, it is from now on padded with (p - t) / s, so that borders stay exact.
// Done where every reader is a Conv and y is not rounded; a picture's mean shift is the case that matters.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "graph/passes/affine.h"
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

bool is_padded(const Conv& conv) { return conv.pads != Padding2d{}; }

// What to pad with before the affine to get `conv`'s padding after it; nothing where no number does that.
std::optional<std::vector<float>> padding_before(const Conv& conv, const Affine& affine) {
  std::vector<float> out(affine.scale.size());
  for (std::size_t c = 0; c < out.size(); ++c) {
    const double after = conv.pad_values.empty() ? 0.0 : double{conv.pad_values[c]};
    out[c] = static_cast<float>((after - affine.shift[c]) / affine.scale[c]);
    if (!std::isfinite(out[c])) return std::nullopt;
  }
  if (std::ranges::all_of(out, [](float value) { return value == 0; })) out.clear();
  return out;
}

bool can_take(const Node& node, const Affine& affine) {
  const auto* conv = node.as<Conv>();
  return conv && (!is_padded(*conv) || padding_before(*conv, affine));
}

struct Folded {
  Tensor weights, bias;
};

Folded folded(const Graph& graph, const Node& node, const Conv& conv, const Affine& affine) {
  const Tensor& weights = *graph.constant(node.inputs[1]);
  const Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(weights.shape[axis]); };
  const std::size_t outputs = extent(0), inputs = extent(1), taps = extent(2) * extent(3);
  const std::size_t outputs_per_group = outputs / static_cast<std::size_t>(conv.groups);

  Folded out{weights, float_tensor({weights.shape[0]}, std::vector<float>(outputs))};
  for (std::size_t o = 0; o < outputs; ++o) {
    double shift = bias ? double{bias->floats[o]} : 0.0;
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::size_t channel = o / outputs_per_group * inputs + i;
      for (std::size_t tap = 0; tap < taps; ++tap) {
        const std::size_t at = (o * inputs + i) * taps + tap;
        const double weight{weights.floats[at]};
        shift += weight * affine.shift[channel];
        out.weights.floats[at] = static_cast<float>(weight * affine.scale[channel]);
      }
    }
    out.bias.floats[o] = static_cast<float>(shift);
  }
  return out;
}

void fold_into(Graph& graph, Node& node, const Affine& affine) {
  auto* conv = node.as<Conv>();
  Folded constants = folded(graph, node, *conv, affine);
  const std::string weights_name = graph.value(node.inputs[1]).name;
  const std::string bias_name =
      node.inputs.size() > 2 ? graph.value(node.inputs[2]).name : concat(node.name, ".bias");
  const ValueId weights_id = graph.add_constant(weights_name, std::move(constants.weights));
  node.inputs = {affine.input, weights_id, graph.add_constant(bias_name, std::move(constants.bias))};
  conv->pad_values =
      is_padded(*conv) ? padding_before(*conv, affine).value_or(std::vector<float>{}) : std::vector<float>{};
}

Result<bool> fold(Graph& graph, const Links& links, NodeIndex index) {
  const auto affine = match_affine(graph, graph.nodes[index]);
  if (!affine || graph.is_rounded(graph.nodes[index].outputs[0])) return false;
  const std::span<const NodeIndex> readers = links.readers(graph.nodes[index].outputs[0]);
  const bool all_take =
      std::ranges::all_of(readers, [&](NodeIndex reader) { return can_take(graph.nodes[reader], *affine); });
  if (readers.empty() || !all_take) return false;
  for (const NodeIndex reader : readers) fold_into(graph, graph.nodes[reader], *affine);
  return true;
}

}  // namespace

Result<int> fold_affine_forward(Graph& graph) { return rewrite_each_backwards(graph, fold); }

}  // namespace nawq::graph
