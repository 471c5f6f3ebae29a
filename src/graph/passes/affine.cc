#include "graph/passes/affine.h"

#include <algorithm>
#include <cmath>

namespace nawq::graph {
namespace {

using Matched = std::optional<Affine>;

std::size_t channels_of(const Graph& graph, ValueId id) {
  return static_cast<std::size_t>(graph.shape(id)[1]);
}

Affine identity(ValueId input, std::size_t channels) {
  return {input, std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)};
}

Matched match_batch_norm(const Graph& graph, const Node& node, const BatchNorm& op) {
  const std::size_t channels = channels_of(graph, node.inputs[0]);
  const auto operand = [&](std::size_t i) -> const std::vector<float>& {
    return graph.constant(node.inputs[i])->floats;
  };
  Affine affine = identity(node.inputs[0], channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const double scale = operand(1)[c] / std::sqrt(double{operand(4)[c]} + double{op.epsilon});
    affine.scale[c] = scale;
    affine.shift[c] = operand(2)[c] - operand(3)[c] * scale;
  }
  return affine;
}

// One number, or one per channel of a [1,C,H,W].
const Tensor* channel_constant(const Graph& graph, ValueId id, std::int64_t channels) {
  const Tensor* tensor = graph.constant(id);
  if (!tensor || tensor->type != DataType::kFloat || tensor->shape.size() > 4) return nullptr;
  const Shape per_channel{1, channels, 1, 1};
  Shape shape = tensor->shape;
  while (shape.size() < 4) shape.insert(shape.begin(), 1);
  return tensor->floats.size() == 1 || shape == per_channel ? tensor : nullptr;
}

void apply_number(Affine& affine, std::size_t c, BinaryKind kind, double number, bool number_is_left) {
  switch (kind) {
    case BinaryKind::kAdd:
      affine.shift[c] = number;
      break;
    case BinaryKind::kSub:
      affine.scale[c] = number_is_left ? -1.0 : 1.0;
      affine.shift[c] = number_is_left ? number : -number;
      break;
    case BinaryKind::kMul:
      affine.scale[c] = number;
      break;
    default:
      affine.scale[c] = 1.0 / number;
  }
}

bool is_linear(BinaryKind kind, bool number_is_left) {
  if (kind == BinaryKind::kDiv) return !number_is_left;
  return kind == BinaryKind::kAdd || kind == BinaryKind::kSub || kind == BinaryKind::kMul;
}

Matched match_binary(const Graph& graph, const Node& node, const Binary& op) {
  for (const bool number_is_left : {false, true}) {
    const ValueId x = node.inputs[number_is_left ? 1 : 0];
    const Shape& shape = graph.shape(x);
    if (graph.constant(x) || shape.size() != 4 || shape[0] != 1 || shape != graph.shape(node.outputs[0]))
      continue;
    const Tensor* numbers = channel_constant(graph, node.inputs[number_is_left ? 0 : 1], shape[1]);
    if (!numbers || !is_linear(op.kind, number_is_left)) continue;
    Affine affine = identity(x, channels_of(graph, x));
    for (std::size_t c = 0; c < affine.scale.size(); ++c)
      apply_number(affine, c, op.kind, channel_value(numbers->floats, c), number_is_left);
    return affine;
  }
  return std::nullopt;
}

// Weights are [C, C/groups, 1, 1]: of each group's square matrix only the diagonal may differ from 0.
bool is_diagonal(const std::vector<float>& weights, std::size_t channels, std::size_t group_size) {
  for (std::size_t o = 0; o < channels; ++o)
    for (std::size_t i = 0; i < group_size; ++i)
      if (i != o % group_size && weights[o * group_size + i] != 0) return false;
  return true;
}

Matched match_conv(const Graph& graph, const Node& node, const Conv& op) {
  const Shape& shape = graph.shape(node.inputs[1]);
  const bool pointwise = shape[2] == 1 && shape[3] == 1 && op.stride == Extent2d{} && op.pads == Padding2d{};
  const std::size_t channels = channels_of(graph, node.inputs[0]);
  if (!pointwise || shape[0] != graph.shape(node.inputs[0])[1]) return std::nullopt;
  const std::vector<float>& weights = graph.constant(node.inputs[1])->floats;
  const auto group_size = static_cast<std::size_t>(shape[1]);
  if (!is_diagonal(weights, channels, group_size)) return std::nullopt;

  Affine affine = identity(node.inputs[0], channels);
  const Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  for (std::size_t c = 0; c < channels; ++c) {
    affine.scale[c] = double{weights[c * group_size + c % group_size]};
    if (bias) affine.shift[c] = double{bias->floats[c]};
  }
  return affine;
}

Matched match_any(const Graph& graph, const Node& node) {
  if (graph.value(node.outputs[0]).type != DataType::kFloat) return std::nullopt;
  if (const auto* op = node.as<BatchNorm>()) return match_batch_norm(graph, node, *op);
  if (const auto* op = node.as<Binary>()) return match_binary(graph, node, *op);
  if (const auto* op = node.as<Conv>()) return match_conv(graph, node, *op);
  return std::nullopt;
}

bool all_finite(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

}  // namespace

std::optional<Affine> match_affine(const Graph& graph, const Node& node) {
  Matched affine = match_any(graph, node);
  if (!affine || !all_finite(affine->scale) || !all_finite(affine->shift)) return std::nullopt;
  return affine;
}

}  // namespace nawq::graph
