// Owns: one operation in the making: a node that does work and the nodes behind it that its epilogue takes
// over.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "plan/make_program.h"
#include "plan/program.h"
#include "plan/value_map.h"

namespace nawq::plan {

// Which number an output channel of an operation is: channel `source` of the result before a pixel shuffle,
// which becomes `channel` of the pixel at (dy, dx) of a block. -1: it only fills up a stored pixel.
struct ChannelPlace {
  std::int32_t source = 0, dy = 0, dx = 0, channel = 0;
};

class Chain {
 public:
  // `consumed`: nodes that some operation has taken over.
  Chain(ValueMap& values, std::set<int>& consumed, const PlanOptions& options)
      : values_(values), consumed_(consumed), options_(options) {}

  // Begins with the result of a node that does its work before the epilogue (Conv, Pool, Resize).
  // `wordlength` is that of the operation's inputs; `may_shuffle`: its outputs can come in any order.
  void begin(graph::ValueId value, int wordlength, bool may_shuffle);
  // Begins with a stored tensor and the node that reads it first.
  Status begin_pointwise(const graph::Node& node);
  // Begins with a stored tensor, to be copied for `node`.
  Status begin_copy(graph::ValueId value, const graph::Node& node);
  // Begins with what is stored of a value in another format than its own.
  Status begin_conversion(graph::ValueId value, Reading reading);
  // Begins with a result that comes in the order of a shuffled pixel block (transposed convolution).
  void begin_shuffled(graph::ValueId value, std::int64_t block, int wordlength);

  // Takes over every node that it can.
  Status follow();
  // Where each output channel comes from; final once follow() has returned.
  std::vector<ChannelPlace> places() const;
  // Steps, runs and channels.
  Status finish(Operation& operation);
  // As finish, to a part of a concatenation.
  Status finish_part(graph::ValueId concat, std::int32_t channel, Operation& operation);

 private:
  struct PendingStep {
    StepSpec spec;  // slopes by channel of the value
    bool shuffled = false;
    bool upsampled = false;  // the side tensor has one pixel per block
    View side;
    bool operator==(const PendingStep&) const = default;
  };

  bool has_room() const;
  bool needs_rounding() const { return !is_final_ && values_.is_rounded(value_); }
  // The step that rounds r to the format of `value_`; false where it has several formats.
  bool add_rounding();
  Result<bool> take(int node_index);
  Result<bool> take_unary(const graph::Node& node);
  Result<bool> take_function(const graph::Node& node, const graph::Unary& unary);
  Result<bool> take_binary(const graph::Node& node);
  Result<bool> take_gate(const graph::Node& node, graph::ValueId gate);
  Result<bool> take_side(const graph::Node& node, graph::ValueId side, StepKind kind);
  bool take_slope(const graph::Node& node);
  bool take_shuffle(const graph::Node& node);
  bool take_split(const graph::Node& node);

  std::optional<graph::ValueId> upsampled_side(graph::ValueId side) const;
  void add_step(PendingStep step, const graph::Node& node);
  Status finish_steps(Operation& operation) const;
  StepSpec placed(const PendingStep& step, const std::vector<ChannelPlace>& places) const;

  ValueMap& values_;
  std::set<int>& consumed_;
  const PlanOptions& options_;
  graph::ValueId value_ = graph::kNoValue;   // what r is now
  graph::ValueId source_ = graph::kNoValue;  // what r was before a pixel shuffle
  int wordlength_ = 32;
  std::vector<PendingStep> steps_;
  bool may_shuffle_ = true;
  std::int64_t block_ = 1;
  graph::ShuffleOrder order_ = graph::ShuffleOrder::kCrd;
  bool is_final_ = false;  // no rounding stands between r and the next node
  const graph::Node* split_ = nullptr;
};

}  // namespace nawq::plan
