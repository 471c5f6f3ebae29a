// Owns: where the values of a graph live in a Program: tensors, views of tensors, vectors, slots of
// concatenations.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "plan/program.h"

namespace nawq::plan {

class ValueMap {
 public:
  // `larger` is the same network at a larger size (or the same graph).
  ValueMap(const graph::Graph& graph, const graph::Graph& larger, const graph::Recipe* recipe,
           Program& program);

  const graph::Graph& graph() const { return graph_; }
  const graph::Graph& larger() const { return larger_; }
  const graph::Recipe* recipe() const { return recipe_; }
  const graph::Shape& shape(graph::ValueId value) const { return graph_.shape(value); }
  std::int32_t channels(graph::ValueId value) const { return static_cast<std::int32_t>(shape(value)[1]); }

  // The node that is the only reader of a value; nothing where there are several, none, or it is the output.
  std::optional<int> only_reader(graph::ValueId value) const;

  // A picture of 1 x 1 whatever the network's input: [1,C,1,1] at both sizes.
  bool is_vector(graph::ValueId value) const;
  std::int32_t add_vector(graph::ValueId value);
  std::int32_t vector(graph::ValueId value) const;  // -1 if it is none, or not computed yet

  // Whether the recipe rounds the value.
  bool is_rounded(graph::ValueId value) const;
  // The only format of a rounded value.
  Result<Quantization> only_format(graph::ValueId value) const;

  // Whether operations that come now can read the value.
  bool is_ready(graph::ValueId value) const { return views_.contains(value); }
  // In the format of `wordlength`; 0: the first.
  Result<View> read(graph::ValueId value, int wordlength) const;
  // Bits of the format in which a node reads a value: what the recipe says of it, else the value's first
  // format.
  int wordlength(const graph::Node& node) const;

  // Makes `value` a part of `whole`, which is ready.
  void add_view(graph::ValueId value, graph::ValueId whole, std::int32_t first_channel);

  // Appends the runs that bring channels [first_channel, ...) of an operation to every place where `value`
  // must be; the value is ready afterwards. With a block (pixel shuffle) it is written to its own tensor
  // only.
  Status write(graph::ValueId value, std::int32_t first_channel, std::int32_t block,
               std::vector<RunSpec>& runs);

  // The parts of a concatenation that its inputs' producers did not write: (input, first channel).
  std::vector<std::pair<graph::ValueId, std::int32_t>> missing_parts(const graph::Node& concat) const;
  // Runs that bring a copy of an input to its part of a concatenation.
  Status write_part(graph::ValueId concat, std::int32_t concat_channel, std::int32_t channels,
                    std::vector<RunSpec>& runs);
  // All parts are written.
  void finish_concat(graph::ValueId value);

 private:
  struct Part {
    graph::ValueId whole;
    std::int32_t first_channel;
  };
  // Where a value must be: itself, if something other than a concatenation reads it, and parts of
  // concatenations.
  std::vector<Part> targets(graph::ValueId value) const;
  bool is_stored(graph::ValueId value) const;
  Result<std::vector<std::int32_t>> tensors(graph::ValueId value);

  const graph::Graph& graph_;
  const graph::Graph& larger_;
  const graph::Recipe* recipe_;
  Program& program_;
  std::vector<std::vector<int>> readers_;  // by value: nodes, once per operand
  std::map<graph::ValueId, Part> views_;   // ready values
  std::map<graph::ValueId, std::vector<std::int32_t>> tensors_;
  std::map<graph::ValueId, std::int32_t> vectors_;
  std::vector<bool> placed_in_concats_;  // by value
};

// Whether a node puts pictures side by side in channels.
bool is_channel_concat(const graph::Node& node);

}  // namespace nawq::plan
