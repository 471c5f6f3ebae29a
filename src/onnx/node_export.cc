#include "onnx/node_export.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using graph::ValueId;

bool ends_alike(const graph::Shape& a, const graph::Shape& b, std::int64_t first) {
  return a.size() == b.size() && std::equal(a.begin() + first, a.end(), b.begin() + first);
}

}  // namespace

const graph::WeightCodes* NodeExport::weight_codes() const {
  const auto found = scope_.recipe.weights.find(node_.name);
  return found == scope_.recipe.weights.end() ? nullptr : &found->second;
}

// Null where the value is read as it was computed.
Result<const WrittenValue::Rounded*> NodeExport::rounded(ValueId id) const {
  const auto written = scope_.values.find(id);
  if (written == scope_.values.end())
    return fail(ErrorKind::kModel,
                concat("internal: '", scope_.graph.value(id).name, "' is not written yet"));
  const auto& formats = written->second.rounded;
  const auto wanted = scope_.recipe.wordlengths.find(node_.name);
  if (formats.empty()) return nullptr;
  if (id == scope_.graph.input || wanted == scope_.recipe.wordlengths.end()) return &formats.front();
  for (const WrittenValue::Rounded& rounded : formats)
    if (rounded.format.bits == wanted->second) return &rounded;
  return fail(ErrorKind::kModel, concat(graph::node_text(node_), ": tensor '", scope_.graph.value(id).name,
                                        "' is not quantized to ", wanted->second, " bits"));
}

Result<std::string> NodeExport::input(std::size_t i) {
  const ValueId id = node_.inputs[i];
  if (i == 0 && !first_input_.empty()) return first_input_;
  if (const graph::Tensor* constant = scope_.graph.constant(id)) {
    if (constant->type == graph::DataType::kFloat && !scope_.values.contains(id))
      scope_.values[id].name =
          scope_.writer.add_constant<float>(input_value_name(i), constant->shape, constant->floats);
    return scope_.values[id].name;
  }
  if (reads_own_range(id)) return own_range(id, own_range_bits(id));
  NAWQ_TRY(const WrittenValue::Rounded* format, rounded(id));
  return format ? format->tensor.real : scope_.values[id].name;
}

Result<TensorNames> NodeExport::inputs() {
  TensorNames names;
  for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
    NAWQ_TRY(std::string name, input(i));
    names.push_back(std::move(name));
  }
  return names;
}

Result<std::optional<CodeFormat>> NodeExport::input_format(std::size_t i) const {
  if (reads_own_range(node_.inputs[i])) return std::nullopt;
  NAWQ_TRY(const WrittenValue::Rounded* format, rounded(node_.inputs[i]));
  return format ? std::optional(format->format) : std::nullopt;
}

std::string NodeExport::part_name(std::string_view part) const {
  return concat(node_.name, suffix_, '/', part);
}

::onnx::NodeProto& NodeExport::emit(const char* op_type, const TensorNames& inputs) {
  TensorNames outputs;
  for (const ValueId id : node_.outputs) outputs.push_back(scope_.values[id].name);
  return scope_.writer.add_node(op_type, node_.name + suffix_, inputs, outputs);
}

std::pair<std::string, ::onnx::NodeProto*> NodeExport::emit_part(const char* op_type,
                                                                 const TensorNames& inputs,
                                                                 std::string_view part) {
  const std::string name = part_name(part);
  std::string result = scope_.writer.tensor_name(name);
  ::onnx::NodeProto& node = scope_.writer.add_node(op_type, name, inputs, {result});
  return {std::move(result), &node};
}

std::string NodeExport::shape_of(const std::string& tensor, std::int64_t first, std::string_view part) {
  auto [result, node] = emit_part("Shape", {tensor}, part);
  if (first != 0) set_attribute(*node, "start", first);
  return result;
}

std::optional<std::string> NodeExport::shape_like(ValueId id, ValueId other_id, std::int64_t first) {
  const graph::Shape& wanted = scope_.graph.shape(id);
  const graph::Shape& other_wanted = scope_.other.shape(other_id);
  for (const auto& [candidate, written] : scope_.values) {
    const bool is_result = std::ranges::find(node_.outputs, candidate) != node_.outputs.end();
    if (is_result || scope_.graph.constant(candidate) ||
        !ends_alike(scope_.graph.shape(candidate), wanted, first) ||
        !ends_alike(scope_.other.shape(candidate), other_wanted, first))
      continue;
    return shape_of(written.any(), first, "like");
  }
  return std::nullopt;
}

tl::unexpected<Error> NodeExport::depends_on_size(std::string_view what) const {
  return fail(ErrorKind::kModel,
              concat(graph::node_text(node_), ": ", what,
                     " depends on the picture's size in a way that a file for any size cannot "
                     "hold; a file for one size can"));
}

}  // namespace nawq::onnx
