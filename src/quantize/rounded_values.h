// Owns: which values of a graph are rounded once these have ranges, and which nodes read them at a
// wordlength.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "quantize/make_recipe.h"

namespace nawq::quantize {

class RoundedValues {
 public:
  RoundedValues(const graph::Graph& graph, const Ranges& ranges);

  bool is_rounded(graph::ValueId value) const;
  // The value with a range that this is, or is a piece of: a piece of a tensor is rounded with the whole.
  // kNoValue where there is none.
  graph::ValueId whole(graph::ValueId value) const;
  bool reads_rounded(const graph::Node& node) const;
  // Concat, Split and Slice only say where numbers lie; what reads neither something rounded nor the picture
  // works on accumulators or vectors.
  bool has_wordlength(const graph::Node& node) const;

 private:
  const graph::Graph& graph_;
  const Ranges& ranges_;
  std::vector<graph::ValueId> cut_from_;  // by value
};

}  // namespace nawq::quantize
