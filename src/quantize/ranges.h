// Owns: what a range of a tensor's numbers is.
#pragma once

#include <map>
#include <string>

namespace nawq::quantize {

struct TensorRange {
  double min = 0, max = 0;
  bool operator==(const TensorRange&) const = default;
};

// By value name: of every tensor that is written to memory, functions' operands and results included.
using Ranges = std::map<std::string, TensorRange>;

}  // namespace nawq::quantize
