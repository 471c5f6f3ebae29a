// Owns: what the importer knows of a value while it walks the file: its shape, its numbers when they are
// known, and the codes in which the file has it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::onnx {

// A constant as the file codes it: real = (code - zero_point) * scale.
struct CodedConstant {
  std::string name;                            // of the tensor of codes
  std::shared_ptr<const graph::Tensor> codes;  // kInt
  std::int32_t stored_type = 0;                // ONNX's data type of the codes
  std::vector<float> scales;                   // one, or one for each index along `axis`
  std::vector<std::int64_t> zero_points;       // as many
  std::int64_t axis = 0;
};

struct Operand {
  std::string name;
  graph::DataType type = graph::DataType::kFloat;
  graph::Shape shape;
  std::shared_ptr<const graph::Tensor> constant;  // null for what is computed at run time
  graph::ValueId value = graph::kNoValue;         // of what is computed at run time

  std::int32_t stored_type = 0;  // ONNX's data type of an integer constant in the file; 0: not known
  // Between QuantizeLinear and DequantizeLinear: the format of its numbers, which are codes.
  std::optional<graph::CodeFormat> codes = {};
  int read_bits = 0;  // behind DequantizeLinear: bits of the codes through which it is read; 0: of none
  std::shared_ptr<const CodedConstant> coded = {};  // behind DequantizeLinear: what the constant was

  bool is_constant() const { return constant != nullptr; }
  std::int64_t rank() const { return static_cast<std::int64_t>(shape.size()); }
};

using Operands = std::vector<Operand>;

inline Operand constant_operand(std::string name, std::shared_ptr<const graph::Tensor> tensor) {
  Operand operand{std::move(name), tensor->type, tensor->shape, nullptr, graph::kNoValue};
  operand.constant = std::move(tensor);
  return operand;
}

}  // namespace nawq::onnx
