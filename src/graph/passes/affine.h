// Owns: recognising the many ways in which files write "multiply each channel by a number and add another".
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"

namespace nawq::graph {

// y[c] = scale[c] * x[c] + shift[c] for each channel c of x, a [1,C,H,W]; all numbers finite.
struct Affine {
  ValueId input = kNoValue;
  std::vector<double> scale, shift;  // [C]
};

// BatchNorm; Add, Sub, Mul, Div with a constant that is one number or one number per channel; a 1x1 Conv that
// is depthwise, or whose matrix is diagonal.
std::optional<Affine> match_affine(const Graph& graph, const Node& node);

// Value of channel c of an operand that is one number or [C].
inline double channel_value(const std::vector<float>& values, std::size_t c) {
  return double{values.size() == 1 ? values.front() : values[c]};
}

}  // namespace nawq::graph
