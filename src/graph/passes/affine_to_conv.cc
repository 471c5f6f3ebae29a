// rewrite y = s x + t per channel -> Conv of each channel by itself
//
// Of pictures whose x or y is rounded to codes, so that no other convolution may take it over.
#include "base/text.h"
#include "graph/passes/affine.h"
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

Tensor as_floats(const std::vector<double>& numbers, Shape shape) {
  std::vector<float> floats;
  for (const double number : numbers) floats.push_back(static_cast<float>(number));
  return float_tensor(std::move(shape), std::move(floats));
}

bool is_picture(const Shape& shape) { return shape[2] > 1 || shape[3] > 1; }

Result<bool> rewrite(Graph& graph, const Links&, NodeIndex index) {
  if (graph.nodes[index].as<Conv>()) return false;
  const auto affine = match_affine(graph, graph.nodes[index]);
  if (!affine || !is_picture(graph.shape(affine->input))) return false;
  if (!graph.is_rounded(affine->input) && !graph.is_rounded(graph.nodes[index].outputs[0])) return false;
  const auto channels = static_cast<std::int64_t>(affine->scale.size());
  const std::string name = graph.nodes[index].name;
  const ValueId weights =
      graph.add_constant(concat(name, ".weight"), as_floats(affine->scale, {channels, 1, 1, 1}));
  const ValueId bias = graph.add_constant(concat(name, ".bias"), as_floats(affine->shift, {channels}));
  Conv each;
  each.groups = channels;
  graph.nodes[index] = Node{name, each, {affine->input, weights, bias}, graph.nodes[index].outputs};
  return true;
}

}  // namespace

Result<int> affine_to_conv(Graph& graph) { return rewrite_each(graph, rewrite); }

}  // namespace nawq::graph
