// Owns: what the importer knows of a value while it walks the file: its shape, and its numbers when they are
// known.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace nawq::onnx {

struct Operand {
  std::string name;
  graph::DataType type = graph::DataType::kFloat;
  graph::Shape shape;
  std::shared_ptr<const graph::Tensor> constant;  // null for what is computed at run time
  graph::ValueId value = graph::kNoValue;         // of what is computed at run time

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
