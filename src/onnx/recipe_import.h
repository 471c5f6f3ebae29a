// Owns: the recipe that a file states: the formats of QuantizeLinear and DequantizeLinear, the codes of
// weights, and what is in the metadata.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "onnx/model.h"
#include "onnx/operand.h"

namespace nawq::onnx {

class RecipeImport {
 public:
  // Both must outlive it.
  RecipeImport(const graph::Graph& graph, const ModelInfo& info) : graph_(graph), info_(info) {}

  // False where the operand is already codes' real numbers of another format, or its value has another one of
  // as many bits: it needs a node that rounds it anew.
  bool can_add_format(const Operand& x, const graph::CodeFormat& format) const;

  // A pair of QuantizeLinear and DequantizeLinear behind a value. Fails for a second format of as many bits.
  Status add_format(graph::ValueId value, const graph::CodeFormat& format);

  // A node of the graph that reads these operands. Fails for weights that are not 8-bit codes around 0.
  Status add_node(const graph::Node& node, const Operands& inputs);

  // Values are known by the names that they have in `graph`, a copy of the graph above. Fails where a node
  // reads a value of two formats in another wordlength than its first operand.
  Result<graph::Recipe> finish(const graph::Graph& graph);

 private:
  struct OtherRead {
    graph::ValueId value;
    std::string node;
  };

  bool is_pictures_own(graph::ValueId value, const graph::CodeFormat& format,
                       const graph::Graph& graph) const;
  Status read_metadata();

  const graph::Graph& graph_;
  const ModelInfo& info_;
  graph::Recipe recipe_;  // without tensors
  std::map<graph::ValueId, std::vector<graph::CodeFormat>> formats_;
  std::vector<OtherRead> other_reads_;  // in another wordlength than the node's
};

}  // namespace nawq::onnx
