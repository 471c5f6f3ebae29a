// Owns: putting one operator into the graph, or computing it at once when its operands are known; and the
// budget of memory and work of what is computed at once, so that a small hostile file cannot ask for a large
// one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "onnx/operand.h"

namespace nawq::onnx {

// How much may be computed while a model is read.
struct FoldBudget {
  std::int64_t bytes = 0;  // of all results together
  std::int64_t steps = 0;  // elements read and written, products of matrices included
};

class Emitter {
 public:
  Emitter(graph::Graph& graph, FoldBudget budget) : graph_(graph), budget_(budget), left_(budget) {}

  // Outputs of `op`: constants when every operand is one and the operator is foldable, else values of a new
  // node.
  Result<Operands> emit(const std::string& node_name, graph::Op op, const Operands& inputs);
  Result<Operand> emit_single(const std::string& node_name, graph::Op op, const Operands& inputs);

  // To be asked before a constant of so many elements is made without emit().
  Status reserve(graph::DataType type, std::int64_t elements, std::int64_t steps);

 private:
  Result<Operands> fold(const graph::Op& op, const Operands& inputs, const std::vector<graph::Shape>& shapes);
  Status reserve_outputs(const graph::Op& op, const Operands& inputs,
                         const std::vector<graph::Shape>& shapes);
  graph::ValueId place(const Operand& operand);
  std::string unused_name(const std::string& wanted);

  graph::Graph& graph_;
  FoldBudget budget_, left_;
  std::map<const graph::Tensor*, graph::ValueId> placed_;
  std::map<std::string, std::int64_t, std::less<>> names_;  // how often each was wanted
};

}  // namespace nawq::onnx
