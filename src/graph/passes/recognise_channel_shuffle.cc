// rewrite Reshape [g,C/g,...] -> Transpose of the first two -> Reshape back -> ChannelShuffle
//
// With or without a leading 1, whatever the picture's dimensions are folded into.
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

// Groups of the shuffle that swaps dims[first] and dims[first + 1] of a picture of `channels`; 0 where it is
// none.
std::int64_t groups_of(const Shape& dims, const std::vector<std::int64_t>& perm, std::size_t first,
                       std::int64_t channels) {
  if (dims.size() < first + 2 || (first == 1 && dims[0] != 1)) return 0;
  for (std::size_t i = 0; i < perm.size(); ++i) {
    const std::size_t expected = i == first ? first + 1 : i == first + 1 ? first : i;
    if (perm[i] != static_cast<std::int64_t>(expected)) return 0;
  }
  const std::int64_t groups = dims[first], group_size = dims[first + 1];
  return groups > 1 && group_size > 1 && groups * group_size == channels ? groups : 0;
}

Result<bool> recognise(Graph& graph, const Links& links, NodeIndex index) {
  Node& last = graph.nodes[index];
  if (!last.as<Reshape>()) return false;
  const Node* transpose = made_by<Transpose>(graph, links, last.inputs[0]);
  const Node* reshape = transpose ? made_by<Reshape>(graph, links, transpose->inputs[0]) : nullptr;
  if (!reshape) return false;

  const Shape& picture = graph.shape(reshape->inputs[0]);
  if (picture.size() != 4 || picture[0] != 1 || picture != graph.shape(last.outputs[0])) return false;
  for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
    const std::int64_t groups =
        groups_of(reshape->as<Reshape>()->shape, transpose->as<Transpose>()->perm, first, picture[1]);
    if (groups == 0) continue;
    last.op = ChannelShuffle{groups};
    last.inputs = {reshape->inputs[0]};
    return true;
  }
  return false;
}

}  // namespace

Result<int> recognise_channel_shuffle(Graph& graph) { return rewrite_each(graph, recognise); }

}  // namespace nawq::graph
