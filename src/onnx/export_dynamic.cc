// Operands of layers whose ranges are found on every picture, where the file's operators find them. What is
// rounded is what the engine rounds: the tensor that it stores, and pieces of a tensor with the whole.
#include <algorithm>

#include "base/text.h"
#include "onnx/node_export.h"
#include "onnx/run_time_range.h"

namespace nawq::onnx {
namespace {

using graph::Node;
using graph::ValueId;

bool is_function(const Node& node) {
  const auto* unary = node.as<graph::Unary>();
  return unary && unary->kind != graph::UnaryKind::kRelu && unary->kind != graph::UnaryKind::kLeakyRelu &&
         unary->kind != graph::UnaryKind::kClip;
}

std::ptrdiff_t count_readers(const graph::Graph& graph, ValueId id) {
  std::ptrdiff_t count = id == graph.output ? 1 : 0;
  for (const Node& node : graph.nodes) count += std::ranges::count(node.inputs, id);
  return count;
}

}  // namespace

const Node* NodeExport::producer(ValueId id) const {
  for (const Node& node : scope_.graph.nodes)
    if (std::ranges::find(node.outputs, id) != node.outputs.end()) return &node;
  return nullptr;
}

bool NodeExport::is_rounded(ValueId id) const {
  return scope_.recipe.tensors.contains(scope_.graph.value(id).name);
}

// Of a tensor that is rounded whole.
bool NodeExport::is_piece(ValueId id) const {
  if (id == graph::kNoValue || is_rounded(id)) return false;
  const Node* from = producer(id);
  if (!from || (!from->as<graph::Split>() && !from->as<graph::Slice>())) return false;
  return is_rounded(from->inputs[0]) || is_piece(from->inputs[0]);
}

// Parts of a concatenation go straight to their place in the whole, and a function of a tensor that nothing
// else reads works on what was computed.
bool NodeExport::is_read_as_computed(ValueId id) const {
  if (!is_rounded(id)) return false;
  const Node* from = producer(id);
  const bool follows_function = from && is_function(*from) && scope_.recipe.dre.contains(from->name);
  return node_.as<graph::Concat>() ||
         ((is_function(node_) || follows_function) && count_readers(scope_.graph, id) == 1);
}

bool NodeExport::reads_own_range(ValueId id) const {
  return scope_.finds_ranges && id != graph::kNoValue && scope_.recipe.dre.contains(node_.name) &&
         (is_rounded(id) || is_piece(id));
}

int NodeExport::own_range_bits(ValueId id) const {
  const auto wanted = scope_.recipe.wordlengths.find(node_.name);
  if (wanted != scope_.recipe.wordlengths.end()) return wanted->second;
  while (!is_rounded(id)) id = producer(id)->inputs[0];
  return scope_.recipe.tensors.find(scope_.graph.value(id).name)->second.front().bits;
}

Result<std::string> NodeExport::own_range(ValueId id, int bits) {
  if (is_read_as_computed(id)) return scope_.values[id].name;
  const auto [made, is_new] = scope_.own_ranges.try_emplace({id, bits});
  if (!is_new) return made->second;
  if (is_rounded(id)) {
    made->second = round_to_own_range(scope_.writer, scope_.values[id].name, bits);
    return made->second;
  }
  const auto index = static_cast<std::size_t>(producer(id) - scope_.graph.nodes.data());
  NAWQ_TRY(std::string piece, piece_in_own_range(index, id, bits));
  return scope_.own_ranges[{id, bits}] = std::move(piece);
}

// The node that cuts the tensor is written once more, for the tensor in its own range.
Result<std::string> NodeExport::piece_in_own_range(std::size_t producer, ValueId id, int bits) {
  NodeExport again(scope_, producer);
  NAWQ_TRY(again.first_input_, own_range(again.node_.inputs[0], bits));
  again.suffix_ = concat(".dynamic", bits);
  std::vector<std::string> names;
  for (const ValueId output : again.node_.outputs) {
    names.push_back(scope_.values[output].name);
    scope_.values[output].name = scope_.writer.tensor_name(names.back() + again.suffix_);
  }
  const Status written = export_node(again);
  std::string piece = scope_.values[id].name;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ValueId output = again.node_.outputs[i];
    scope_.own_ranges[{output, bits}] = scope_.values[output].name;
    scope_.values[output].name = names[i];
  }
  if (!written) return tl::unexpected<Error>(written.error());
  return piece;
}

}  // namespace nawq::onnx
