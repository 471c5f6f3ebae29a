// Owns: saying what a node does at two picture sizes so that it holds at any: slices by their distance from
// either end, shapes by what stays and what follows. No answer where the two sizes contradict every such
// rule.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/tensor.h"

namespace nawq::onnx {

// One axis of a slice at one size: `count` elements of `size`, from `start` on, `step` apart.
struct SlicedAxis {
  std::int64_t size = 0, start = 0, step = 1, count = 0;
};

// As Slice states it: below 0 counts from the end, past either end is held there.
struct SliceBounds {
  std::int64_t start = 0, end = 0;
};

std::optional<SliceBounds> slice_bounds(const SlicedAxis& axis, const SlicedAxis& other);

// A shape change at one size.
struct Reshaping {
  graph::Shape from, to;
};

// As Reshape states it: 0 keeps the dimension of the input, one -1 takes what is left.
std::optional<graph::Shape> reshape_target(const Reshaping& change, const Reshaping& other);

}  // namespace nawq::onnx
