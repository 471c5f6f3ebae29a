// rewrite the mean over height and width -> ChannelMean; the root of the mean squared difference from it ->
// ChannelDeviation
//
// A mean may be written as ReduceMean, or as sums over one axis or both, divided by the number of pixels or
// multiplied by its reciprocal; with the reduced axes kept or dropped.
#include <algorithm>

#include "base/text.h"
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

using Axes = std::vector<std::int64_t>;

// A value whose elements are, for each channel of `picture`, factor * (sum over its pixels).
struct ScaledSum {
  ValueId picture = kNoValue;
  double factor = 1;
};

bool is_picture(const Shape& shape) { return shape.size() == 4 && shape[0] == 1; }

double pixels(const Shape& shape) { return static_cast<double>(shape[2]) * static_cast<double>(shape[3]); }

// What a Reduce multiplies the sum of its elements with; nothing where it is neither sum nor mean.
std::optional<double> reduction_factor(const Graph& graph, const Node& node) {
  const auto* op = node.as<Reduce>();
  if (op->kind == ReduceKind::kSum) return 1.0;
  if (op->kind != ReduceKind::kMean) return std::nullopt;
  double count = 1;
  for (const std::int64_t axis : op->axes)
    count *= static_cast<double>(graph.shape(node.inputs[0])[static_cast<std::size_t>(axis)]);
  return 1 / count;
}

std::optional<ScaledSum> sum_of_reduce(const Graph& graph, const Links& links, const Node& node) {
  const auto factor = reduction_factor(graph, node);
  if (!factor) return std::nullopt;
  const Axes& axes = node.as<Reduce>()->axes;
  const ValueId input = node.inputs[0];
  if (is_picture(graph.shape(input)) && axes == Axes{2, 3}) return ScaledSum{input, *factor};

  const Node* inner = made_by<Reduce>(graph, links, input);
  const auto inner_factor = inner ? reduction_factor(graph, *inner) : std::nullopt;
  if (!inner_factor || !is_picture(graph.shape(inner->inputs[0]))) return std::nullopt;
  const auto& [kind, inner_axes, kept] = *inner->as<Reduce>();
  const bool width_then_height = inner_axes == Axes{3} && axes == Axes{2};
  const bool height_then_width = inner_axes == Axes{2} && axes == Axes{kept ? 3 : 2};
  if (!width_then_height && !height_then_width) return std::nullopt;
  return ScaledSum{inner->inputs[0], *factor * *inner_factor};
}

// Deep enough for every export seen; a bound, because a file may chain divisions without end.
constexpr int kDeepest = 6;

std::optional<ScaledSum> match_sum(const Graph& graph, const Links& links, ValueId id, int depth = 0) {
  const NodeIndex maker = links.maker(id);
  if (maker == kNoNode || depth > kDeepest) return std::nullopt;
  const Node& node = graph.nodes[maker];
  if (node.as<Reduce>()) return sum_of_reduce(graph, links, node);
  if (node.as<Reshape>()) return match_sum(graph, links, node.inputs[0], depth + 1);
  if (const auto* op = node.as<ChannelStatistics>()) {
    if (op->statistic != ChannelStatistic::kMean) return std::nullopt;
    return ScaledSum{node.inputs[0], 1 / pixels(graph.shape(node.inputs[0]))};
  }
  const auto* op = node.as<Binary>();
  const auto sides = op ? operand_and_number(graph, node) : std::nullopt;
  if (!sides || graph.shape(sides->operand) != graph.shape(id)) return std::nullopt;
  const bool divides = op->kind == BinaryKind::kDiv && !sides->number_is_left;
  if (!divides && op->kind != BinaryKind::kMul) return std::nullopt;
  auto sum = match_sum(graph, links, sides->operand, depth + 1);
  if (sum) sum->factor *= divides ? 1 / sides->number : sides->number;
  return sum;
}

// The picture whose mean over height and width `id` is.
std::optional<ValueId> match_mean(const Graph& graph, const Links& links, ValueId id) {
  const auto sum = match_sum(graph, links, id);
  if (!sum || !is_nearly(sum->factor * pixels(graph.shape(sum->picture)), 1.0)) return std::nullopt;
  return sum->picture;
}

// `id` in id^2, written as a power or as a product.
std::optional<ValueId> match_square(const Graph& graph, const Links& links, ValueId id) {
  if (const Node* pow = made_by_binary(graph, links, id, BinaryKind::kPow))
    return known_number(graph, pow->inputs[1]) == 2.0 ? std::optional(pow->inputs[0]) : std::nullopt;
  const Node* product = made_by_binary(graph, links, id, BinaryKind::kMul);
  if (product && product->inputs[0] == product->inputs[1]) return product->inputs[0];
  return std::nullopt;
}

// x in x - mean(x) or mean(x) - x.
std::optional<ValueId> match_difference_from_mean(const Graph& graph, const Links& links, ValueId id) {
  const Node* difference = made_by_binary(graph, links, id, BinaryKind::kSub);
  if (!difference) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const ValueId x = difference->inputs[side], mean = difference->inputs[1 - side];
    const Shape& shape = graph.shape(x);
    if (is_picture(shape) && graph.shape(mean) == Shape{1, shape[1], 1, 1} &&
        match_mean(graph, links, mean) == x)
      return x;
  }
  return std::nullopt;
}

// v in sqrt(v) or v^0.5.
std::optional<ValueId> match_root(const Graph& graph, const Node& node) {
  if (const auto* op = node.as<Unary>(); op && op->kind == UnaryKind::kSqrt) return node.inputs[0];
  const auto* op = node.as<Binary>();
  if (op && op->kind == BinaryKind::kPow && known_number(graph, node.inputs[1]) == 0.5) return node.inputs[0];
  return std::nullopt;
}

std::optional<ValueId> match_deviation(const Graph& graph, const Links& links, const Node& node) {
  const auto variance = match_root(graph, node);
  const auto squares = variance ? match_mean(graph, links, *variance) : std::nullopt;
  const auto difference = squares ? match_square(graph, links, *squares) : std::nullopt;
  return difference ? match_difference_from_mean(graph, links, *difference) : std::nullopt;
}

// Makes the node at `index` the statistic, behind a Reshape where its output is not [1,C,1,1].
Status rewrite(Graph& graph, NodeIndex index, ChannelStatistic statistic, ValueId picture) {
  const Shape wanted = graph.shape(graph.nodes[index].outputs[0]);
  if (wanted == Shape{1, graph.shape(picture)[1], 1, 1}) {
    graph.nodes[index].op = ChannelStatistics{statistic};
    graph.nodes[index].inputs = {picture};
    return {};
  }
  const std::string name = concat(graph.nodes[index].name, ".statistic");
  NAWQ_TRY(const ValueId made, insert_node(graph, index, name, ChannelStatistics{statistic}, {picture}));
  Node& last = graph.nodes[index + 1];
  last.op = Reshape{wanted};
  last.inputs = {made};
  return {};
}

Result<bool> recognise(Graph& graph, const Links& links, NodeIndex index) {
  const Node& node = graph.nodes[index];
  if (node.as<Reduce>() || node.as<Binary>()) {
    if (const auto picture = match_mean(graph, links, node.outputs[0])) {
      NAWQ_CHECK(rewrite(graph, index, ChannelStatistic::kMean, *picture));
      return true;
    }
  }
  if (const auto picture = match_deviation(graph, links, node)) {
    NAWQ_CHECK(rewrite(graph, index, ChannelStatistic::kStandardDeviation, *picture));
    return true;
  }
  return false;
}

}  // namespace

Result<int> recognise_channel_statistics(Graph& graph) { return rewrite_each(graph, recognise); }

}  // namespace nawq::graph
