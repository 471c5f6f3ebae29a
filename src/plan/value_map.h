// Owns: where the values of a graph live in a Program: tensors, views of tensors, vectors, slots of
// concatenations.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "plan/program.h"

namespace nawq::plan {

// How a node reads its inputs.
struct Reading {
  int wordlength = 32;
  bool dre = false;  // as codes whose range is found on the picture
};

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
  // Whether a rounded value becomes pixels, which have another format than its own, or a part of a
  // concatenation in another one. Only where roundings are kept (Graph::rounded) is the latter rounded to its
  // own format first; ours go to the format of the whole at once (docs/numerics.md).
  bool is_written_otherwise(graph::ValueId value) const;
  // The only format of a rounded value.
  Result<Quantization> only_format(graph::ValueId value) const;

  // Whether operations that come now can read the value.
  bool is_ready(graph::ValueId value) const { return views_.contains(value); }
  Result<View> read(graph::ValueId value, Reading reading);
  // As read; a value of one format in that, whatever its bits.
  Result<View> read_any(graph::ValueId value, Reading reading);
  // In the first format, whatever the reader's wordlength.
  Result<View> read_first(graph::ValueId value, bool dre);
  // A tensor of the value's size.
  Result<std::int32_t> sized_like(graph::ValueId value) const;
  // Bits: what the recipe says of the node, else those of its first input's first format.
  Reading reading(const graph::Node& node) const;
  // Whether the recipe finds the node's ranges on the picture.
  bool has_dre(const graph::Node& node) const { return recipe_ && recipe_->dre.contains(node.name); }

  // From now on the picture is what operations write as it: codes of the recipe's.
  void expect_input_codes() { tensors_.erase(graph_.input); }

  // Whether `value`, whose numbers are some of those of `whole`, can be read in the format of `whole`.
  bool can_view(graph::ValueId value, graph::ValueId whole) const;
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
  // Where a value's numbers lie for its readers.
  struct Place {
    View view;                                 // in the first of
    const std::vector<std::int32_t>* formats;  // the tensors that hold it
    graph::ValueId whole;
  };
  Result<Place> place(graph::ValueId value) const;
  std::int32_t codes_of_source(graph::ValueId whole, int bits);
  int wordlength(const graph::Node& node) const;
  int bits_of(std::int32_t tensor) const;
  bool is_stored(graph::ValueId value) const;
  bool is_pictures_own(const std::vector<graph::CodeFormat>& formats) const;
  std::int32_t add_tensor(graph::ValueId value, const Quantization& format, std::int32_t source);
  // Null where the recipe does not round the value.
  const std::vector<graph::CodeFormat>* formats(graph::ValueId value) const;
  Result<std::vector<std::int32_t>> tensors(graph::ValueId value);

  const graph::Graph& graph_;
  const graph::Graph& larger_;
  const graph::Recipe* recipe_;
  Program& program_;
  std::vector<std::vector<int>> readers_;  // by value: nodes, once per operand
  std::map<graph::ValueId, Part> views_;   // ready values
  std::map<graph::ValueId, std::vector<std::int32_t>> tensors_;
  std::map<graph::ValueId, std::int32_t> sources_;                     // what run-time ranges are found in
  std::map<std::pair<graph::ValueId, int>, std::int32_t> made_codes_;  // from a source, by wordlength
  std::map<graph::ValueId, std::int32_t> vectors_;
  std::vector<bool> placed_in_concats_;  // by value
};

// Whether a node puts pictures side by side in channels.
bool is_channel_concat(const graph::Node& node);

}  // namespace nawq::plan
