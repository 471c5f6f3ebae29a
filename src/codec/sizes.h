// Owns: what the size of a picture means for a Program: the grid of every operation, the size of every
// tensor.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "plan/program.h"

namespace nawq::codec {

struct Extent {
  std::int64_t width_px = 0, height_px = 0;
  bool operator==(const Extent&) const = default;
};

struct Sizes {
  std::vector<Extent> grids;    // by operation; 1 x 1 for arithmetic on vectors
  std::vector<Extent> tensors;  // by tensor
};

// Fails (kModel) where the picture is too small for a window, or where tensors that meet differ in size.
Result<Sizes> find_sizes(const plan::Program& program, Extent picture);

}  // namespace nawq::codec
