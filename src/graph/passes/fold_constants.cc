// rewrite a node that reads only constants -> its result
#include "base/text.h"
#include "graph/evaluate.h"
#include "graph/passes/passes.h"

namespace nawq::graph {
namespace {

// A constant spread over a picture is made when it is needed, not kept: 64 MiB of floats.
constexpr std::int64_t kLargestResult = std::int64_t{1} << 24;

bool is_foldable(const Graph& graph, const Node& node) {
  for (const ValueId id : node.inputs)
    if (!graph.constant(id)) return false;
  for (const ValueId id : node.outputs)
    if (element_count(graph.shape(id)).value_or(kLargestResult + 1) > kLargestResult) return false;
  return can_evaluate(node.op);
}

Status fold(Graph& graph, const Node& node) {
  std::vector<const Tensor*> operands;
  for (const ValueId id : node.inputs) operands.push_back(graph.constant(id));
  auto results = evaluate(node.op, operands);
  if (!results) return tl::unexpected<Error>(with_context(results.error(), node_text(node)));
  if (results->size() != node.outputs.size())
    return fail(ErrorKind::kModel, concat("internal: ", node_text(node), " folds to ", results->size(),
                                          " tensors instead of ", node.outputs.size()));
  for (std::size_t i = 0; i < results->size(); ++i) {
    Value& value = graph.value(node.outputs[i]);
    value.type = (*results)[i].type;
    value.constant = std::make_shared<const Tensor>(std::move((*results)[i]));
  }
  return {};
}

}  // namespace

Result<int> fold_constants(Graph& graph) {
  std::vector<Node> kept;
  int rewrites = 0;
  for (Node& node : graph.nodes) {
    if (is_foldable(graph, node)) {
      NAWQ_CHECK(fold(graph, node));
      ++rewrites;
    } else {
      kept.push_back(std::move(node));
    }
  }
  graph.nodes = std::move(kept);
  return rewrites;
}

}  // namespace nawq::graph
