// rewrite Reshape -> Transpose -> Reshape that moves blocks of channels into pixels -> DepthToSpace
//
// And the inverse, pixels into channels -> SpaceToDepth. The picture in between has six dimensions, or five
// where the leading 1 was left out, or four where the only channel was as well.
#include <algorithm>

#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

using Dims = std::vector<std::int64_t>;

struct Pattern {
  const char* dims;  // of the tensor in between: a letter of the picture's extents or b, the block
  std::int64_t perm[6];
  bool to_space;
  ShuffleOrder order;
};

constexpr Pattern kPatterns[] = {
    {"1CbbHW", {0, 1, 4, 2, 5, 3}, true, ShuffleOrder::kCrd},
    {"1bbCHW", {0, 3, 4, 1, 5, 2}, true, ShuffleOrder::kDcr},
    {"1CHbWb", {0, 1, 3, 5, 2, 4}, false, ShuffleOrder::kCrd},
    {"1CHbWb", {0, 3, 5, 1, 2, 4}, false, ShuffleOrder::kDcr},
};

// Dims and perm with the leading ones put back.
struct Unfolded {
  Dims dims, perm;
};

std::optional<Unfolded> unfolded(const Dims& dims, const Dims& perm) {
  if (dims.size() == 6) return Unfolded{dims, perm};
  if (dims.size() != 4 && dims.size() != 5) return std::nullopt;
  Unfolded out;
  const auto left_out = static_cast<std::int64_t>(6 - dims.size());
  for (std::int64_t axis = 0; axis < left_out; ++axis) {
    out.dims.push_back(1);
    out.perm.push_back(axis);
  }
  out.dims.insert(out.dims.end(), dims.begin(), dims.end());
  for (const std::int64_t axis : perm) out.perm.push_back(axis + left_out);
  return out;
}

struct Sizes {
  std::int64_t channels = 0, block = 0, height = 0, width = 0;
};

// The sizes that the dims have by the pattern's letters; nothing where they contradict each other.
std::optional<Sizes> read_sizes(const Pattern& pattern, const Dims& dims) {
  Sizes sizes;
  for (std::size_t i = 0; i < 6; ++i) {
    const char letter = pattern.dims[i];
    if (letter == '1' && dims[i] != 1) return std::nullopt;
    if (letter == 'b' && sizes.block != 0 && dims[i] != sizes.block) return std::nullopt;
    if (letter == 'b') sizes.block = dims[i];
    if (letter == 'C') sizes.channels = dims[i];
    if (letter == 'H') sizes.height = dims[i];
    if (letter == 'W') sizes.width = dims[i];
  }
  return sizes.block > 1 ? std::optional(sizes) : std::nullopt;
}

std::optional<Op> match(const Pattern& pattern, const Unfolded& middle, const Shape& from, const Shape& to) {
  if (!std::ranges::equal(middle.perm, pattern.perm)) return std::nullopt;
  const auto sizes = read_sizes(pattern, middle.dims);
  if (!sizes) return std::nullopt;
  const auto& [channels, block, height, width] = *sizes;
  const Shape deep{1, channels * block * block, height, width};
  const Shape wide{1, channels, height * block, width * block};
  if (from != (pattern.to_space ? deep : wide) || to != (pattern.to_space ? wide : deep)) return std::nullopt;
  if (pattern.to_space) return DepthToSpace{block, pattern.order};
  return SpaceToDepth{block, pattern.order};
}

Result<bool> recognise(Graph& graph, const Links& links, NodeIndex index) {
  Node& last = graph.nodes[index];
  if (!last.as<Reshape>()) return false;
  const Node* transpose = made_by<Transpose>(graph, links, last.inputs[0]);
  const Node* first = transpose ? made_by<Reshape>(graph, links, transpose->inputs[0]) : nullptr;
  if (!first) return false;
  const auto middle = unfolded(first->as<Reshape>()->shape, transpose->as<Transpose>()->perm);
  if (!middle) return false;
  for (const Pattern& pattern : kPatterns) {
    const auto op = match(pattern, *middle, graph.shape(first->inputs[0]), graph.shape(last.outputs[0]));
    if (!op) continue;
    last.op = *op;
    last.inputs = {first->inputs[0]};
    return true;
  }
  return false;
}

}  // namespace

Result<int> recognise_pixel_shuffle(Graph& graph) { return rewrite_each(graph, recognise); }

}  // namespace nawq::graph
