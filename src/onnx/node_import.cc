#include "onnx/node_import.h"

#include <algorithm>

#include "base/text.h"
#include "onnx/names.h"

namespace nawq::onnx {

Result<Operand> NodeImport::input(std::size_t index) {
  NAWQ_TRY(Operand operand, input_or_codes(index));
  if (operand.codes)
    return fail(ErrorKind::kModel,
                concat("input '", printable(operand.name),
                       "' are codes: only DequantizeLinear behind QuantizeLinear is supported"));
  return operand;
}

Result<Operand> NodeImport::input_or_codes(std::size_t index) {
  if (!has_input(index)) return fail(ErrorKind::kModel, concat("input ", index, " is missing"));
  const NodeInput& input = inputs_[index];
  if (input.state == NodeInput::State::kUnavailable) return fail(ErrorKind::kModel, input.why);
  if (input.state == NodeInput::State::kUnknown) {
    met_unknown_ = true;
    return fail(ErrorKind::kModel, concat("input ", index, " is unknown"));
  }
  return input.operand;
}

Result<Operands> NodeImport::all_inputs() {
  Operands operands;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    NAWQ_TRY(Operand operand, input(i));
    operands.push_back(std::move(operand));
  }
  return operands;
}

Result<Operand> NodeImport::picture(std::size_t index) {
  NAWQ_TRY(Operand operand, input(index));
  if (operand.rank() != 4)
    return fail(ErrorKind::kModel, concat("input of shape ", graph::to_text(operand.shape),
                                          " is not supported: only [N,C,H,W] is"));
  return operand;
}

Result<Operand> NodeImport::constant(std::size_t index, const char* role) {
  NAWQ_TRY(Operand operand, input(index));
  if (!operand.is_constant())
    return fail(ErrorKind::kModel, concat(role, " '", printable(operand.name),
                                          "' is computed at run time: only constants are supported"));
  return operand;
}

Result<std::vector<std::int64_t>> NodeImport::constant_integers(std::size_t index, const char* role) {
  NAWQ_TRY(const Operand operand, constant(index, role));
  if (operand.type != graph::DataType::kInt || operand.rank() > 1)
    return fail(ErrorKind::kModel, concat(role, " is ", graph::to_text(operand.type),
                                          graph::to_text(operand.shape), ", not a list of integers"));
  return operand.constant->ints;
}

Result<float> NodeImport::constant_real(std::size_t index, const char* role) {
  NAWQ_TRY(const Operand operand, constant(index, role));
  if (operand.constant->size() != 1 || operand.type == graph::DataType::kBool)
    return fail(ErrorKind::kModel, concat(role, " is ", graph::to_text(operand.type),
                                          graph::to_text(operand.shape), ", not one number"));
  return operand.type == graph::DataType::kFloat ? operand.constant->floats.front()
                                                 : static_cast<float>(operand.constant->ints.front());
}

Result<std::optional<std::vector<std::int64_t>>> NodeImport::integers(const char* attribute,
                                                                      std::size_t index) {
  NAWQ_TRY(auto stated, attributes_.integers(attribute));
  if (stated || !has_input(index)) return stated;
  NAWQ_TRY(stated, constant_integers(index, attribute));
  return stated;
}

Result<Operand> NodeImport::emit(graph::Op op, const Operands& inputs, std::string_view part) {
  return emitter_.emit_single(part.empty() ? name_ : concat(name_, "/", part), std::move(op), inputs);
}

Result<Operands> single(Result<Operand> operand) {
  if (!operand) return tl::unexpected<Error>(std::move(operand.error()));
  return Operands{std::move(*operand)};
}

Operand constant_operand(graph::Tensor tensor) {
  return constant_operand({}, std::make_shared<const graph::Tensor>(std::move(tensor)));
}

Result<std::int64_t> normalized_axis(std::int64_t axis, std::int64_t rank) {
  if (axis < -rank || axis >= rank)
    return fail(ErrorKind::kModel, concat("axis=", axis, " is outside a tensor of ", rank, " dimensions"));
  return axis < 0 ? axis + rank : axis;
}

Result<std::vector<std::int64_t>> normalized_axes(std::vector<std::int64_t> axes, std::int64_t rank) {
  for (std::int64_t& axis : axes) {
    NAWQ_TRY(axis, normalized_axis(axis, rank));
  }
  std::ranges::sort(axes);
  if (std::ranges::adjacent_find(axes) != axes.end()) return fail(ErrorKind::kModel, "names an axis twice");
  return axes;
}

}  // namespace nawq::onnx
