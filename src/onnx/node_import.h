// Owns: what the translation of one ONNX node may use: its attributes, its operands, and the graph it goes
// to.
//
// A translation reads attributes before operands: when an earlier node failed, its operands are unknown, and
// only what needs none of them can still be judged.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "onnx/attributes.h"
#include "onnx/emitter.h"
#include "onnx/operand.h"
#include "onnx/parsed_file.h"

namespace nawq::onnx {

// An input of a node: left out, unknown because its maker failed, or known.
struct NodeInput {
  enum class State { kAbsent, kUnknown, kUnavailable, kKnown };
  State state = State::kAbsent;
  Operand operand;
  std::string why;  // kUnavailable: what makes it and does not support it
};

class NodeImport {
 public:
  NodeImport(const ParsedFile& file, const ::onnx::NodeProto& node, std::string name,
             std::vector<NodeInput> inputs, Emitter& emitter, RecipeImport& recipe)
      : attributes_(node),
        file_(file),
        node_(node),
        name_(std::move(name)),
        inputs_(std::move(inputs)),
        emitter_(emitter),
        recipe_(recipe) {}

  const Attributes& attributes() const { return attributes_; }
  std::string_view op_type() const { return node_.op_type(); }
  const ::onnx::NodeProto& proto() const { return node_; }
  const ParsedFile& file() const { return file_; }
  std::int64_t opset() const { return file_.info.opset; }
  std::int64_t output_count() const { return node_.output_size(); }
  std::size_t input_count() const { return inputs_.size(); }
  bool has_input(std::size_t index) const {
    return index < inputs_.size() && inputs_[index].state != NodeInput::State::kAbsent;
  }

  Result<Operand> input(std::size_t index);  // refuses codes
  Result<Operand> input_or_codes(std::size_t index);
  Result<Operands> all_inputs();
  Result<Operand> picture(std::size_t index);  // input of four dimensions
  // An input that must be known when the model is read; `role` is what messages call it.
  Result<Operand> constant(std::size_t index, const char* role);
  Result<std::vector<std::int64_t>> constant_integers(std::size_t index, const char* role);
  Result<float> constant_real(std::size_t index, const char* role);

  // An operand that newer opsets give as an input and older ones as an attribute.
  Result<std::optional<std::vector<std::int64_t>>> integers(const char* attribute, std::size_t index);

  // Adds a node, or folds it. `part` tells apart the nodes made of one ONNX node.
  Result<Operand> emit(graph::Op op, const Operands& inputs, std::string_view part = {});
  Result<Operands> emit_all(graph::Op op, const Operands& inputs) {
    return emitter_.emit(name_, std::move(op), inputs);
  }
  bool can_add_format(const Operand& x, const graph::CodeFormat& format) const {
    return recipe_.can_add_format(x, format);
  }
  Status add_format(graph::ValueId value, const graph::CodeFormat& format) {
    return recipe_.add_format(value, format);
  }
  Status reserve(graph::DataType type, std::int64_t elements) {
    return emitter_.reserve(type, elements, elements);
  }

  // True once an unknown operand was asked for: the failure that followed is not this node's.
  bool met_unknown() const { return met_unknown_; }

 private:
  Attributes attributes_;
  const ParsedFile& file_;
  const ::onnx::NodeProto& node_;
  std::string name_;
  std::vector<NodeInput> inputs_;
  Emitter& emitter_;
  RecipeImport& recipe_;
  bool met_unknown_ = false;
};

// The single result of a translation.
Result<Operands> single(Result<Operand> operand);
Operand constant_operand(graph::Tensor tensor);

// A dimension counted from the end when negative, within [0, rank).
Result<std::int64_t> normalized_axis(std::int64_t axis, std::int64_t rank);
// Sorted, each once.
Result<std::vector<std::int64_t>> normalized_axes(std::vector<std::int64_t> axes, std::int64_t rank);

}  // namespace nawq::onnx
