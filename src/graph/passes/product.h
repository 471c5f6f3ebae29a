// Owns: reading a tree of multiplications as one product, whatever order a file multiplies in.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "graph/passes/rewrite.h"

namespace nawq::graph {

// number * factors[0] * factors[1] * ...
struct Product {
  double number = 1;
  std::vector<ValueId> factors;  // sorted; x^3 is x three times
};

// Takes `id` apart at Mul, at Div by a number, at squares and cubes, but never inside a
// value of `atoms`. Constants of one element go into the number. Nothing where the tree is too large to be an
// activation function.
std::optional<Product> read_product(const Graph& graph, const Links& links, ValueId id,
                                    std::span<const ValueId> atoms);

// True where `id` is nearly number * (the product of `factors`), which are also the atoms.
bool is_product(const Graph& graph, const Links& links, ValueId id, double number,
                std::vector<ValueId> factors);

}  // namespace nawq::graph
