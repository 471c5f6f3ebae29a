// Owns: putting one operator into the graph, or computing it at once when its operands are known; and the
// budget of memory and work of what is computed at once, so that a small hostile file cannot ask for a large
// one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "onnx/operand.h"
#include "onnx/recipe_import.h"

namespace nawq::onnx {

// How much may be computed while a model is read.
struct FoldBudget {
  std::int64_t bytes = 0;  // of all results together
  std::int64_t steps = 0;  // elements read and written, products of matrices included
};

class Emitter {
 public:
  Emitter(graph::Graph& graph, RecipeImport& recipe, FoldBudget budget)
      : graph_(graph), recipe_(recipe), budget_(budget), left_(budget) {}

  graph::ValueId add_input(const std::string& name, graph::Shape shape);

  // Outputs of `op`: constants when every operand is one and the operator is foldable, else values of a new
  // node.
  Result<Operands> emit(const std::string& node_name, graph::Op op, const Operands& inputs);
  Result<Operand> emit_single(const std::string& node_name, graph::Op op, const Operands& inputs);

  // Gives a value that a node computes another name, or one like it that no value has; says which.
  std::string name_value(graph::ValueId id, const std::string& wanted);

  // To be asked before a constant of so many elements is made without emit().
  Status reserve(graph::DataType type, std::int64_t elements, std::int64_t steps);

 private:
  Result<Operands> fold(const graph::Op& op, const Operands& inputs, const std::vector<graph::Shape>& shapes);
  Status reserve_outputs(const graph::Op& op, const Operands& inputs,
                         const std::vector<graph::Shape>& shapes);
  graph::ValueId place(const Operand& operand);
  std::string unused_name(const std::string& wanted);

  graph::Graph& graph_;
  RecipeImport& recipe_;
  FoldBudget budget_, left_;
  std::map<const graph::Tensor*, graph::ValueId> placed_;
  std::map<std::string, std::int64_t, std::less<>> names_;  // of nodes: how often each was wanted
  std::set<std::string, std::less<>> value_names_;
};

}  // namespace nawq::onnx
