#include "graph/fingerprint.h"

#include <bit>
#include <span>
#include <string_view>

#include "base/fnv1a.h"

namespace nawq::graph {
namespace {

void add_text(Fnv1a& sum, std::string_view text) {
  sum.add(std::as_bytes(std::span(text)));
  sum.add(text.size());
}

}  // namespace

std::uint64_t fingerprint(const Graph& graph) {
  Fnv1a made;
  const auto add_operand = [&](ValueId id) {
    const Tensor* tensor = graph.constant(id);
    if (!tensor) return add_text(made, id == kNoValue ? std::string_view() : graph.value(id).name);
    // Integers are sizes and axes; the numbers of networks are floats.
    for (const float number : tensor->floats)
      made.add(static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(number)));
  };
  for (const Node& node : graph.nodes) {
    add_text(made, node.name);
    add_text(made, op_name(node.op));
    for (const ValueId id : node.inputs) add_operand(id);
    for (const ValueId id : node.outputs) add_text(made, graph.value(id).name);
  }
  return made.sum();
}

}  // namespace nawq::graph
