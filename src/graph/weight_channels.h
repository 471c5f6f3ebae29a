// Owns: which output channel a number of a convolution's weight tensor belongs to.
#pragma once

#include <cstddef>

#include "graph/graph.h"

namespace nawq::graph {

// Conv has weights [O,I/groups,kh,kw], ConvTranspose [I,O/groups,kh,kw].
class WeightChannels {
 public:
  WeightChannels(const Conv&, const Shape& weights)
      : count_(size(weights[0])), outputs_(count_), run_(size(weights[1] * weights[2] * weights[3])) {}
  WeightChannels(const ConvTranspose& op, const Shape& weights)
      : count_(size(weights[1] * op.groups)),
        outputs_(size(weights[1])),
        run_(size(weights[2] * weights[3])),
        inputs_(size(weights[0] / op.groups)) {}

  // Output channels of the node.
  std::size_t count() const { return count_; }
  // Of the number at `position` of the row-major tensor.
  std::size_t operator()(std::size_t position) const {
    const std::size_t output = position / run_ % outputs_, input = position / run_ / outputs_;
    return input / inputs_ * outputs_ + output;
  }

 private:
  static std::size_t size(std::int64_t extent) { return static_cast<std::size_t>(extent); }

  std::size_t count_;
  std::size_t outputs_;     // next to each other in the tensor
  std::size_t run_;         // numbers of one output that are
  std::size_t inputs_ = 1;  // of a group, outside the outputs
};

}  // namespace nawq::graph
