// Owns: the layers of a network as the search of wordlengths sees them, and what it may decide for each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "quantize/make_recipe.h"

namespace nawq::quantize {

struct Layer {
  std::string name;  // of the graph's node
  std::string op;
  std::int64_t macs = 0;     // at the size of the graph; only ratios between layers matter
  std::int64_t outputs = 0;  // numbers that it writes, at that size
  // Has multiply-accumulates and reads something that is rounded, not the picture alone. The others follow.
  bool searched = false;
  // Indices of the layers that read what it writes, through nodes that only move numbers too.
  std::vector<std::size_t> readers = {};
};

// What is decided for a layer: the wordlength of its inputs, and whether their range is found on every
// picture (the paper's q_l = <b, s, z, d> without scale and zero point, which follow from ranges).
struct LayerChoice {
  int bits = 16;
  bool dre = false;
  bool operator==(const LayerChoice&) const = default;
};

// One for each layer, in the order of the graph.
using Assignment = std::vector<LayerChoice>;

// Layers that are not searched, given those that are.
enum class Followers {
  kReaders,  // the wordlength of what they feed, the larger where they feed both
  kSixteen,  // 16 bits: no multiply-accumulate is spent
};

// Nodes that have a wordlength in a recipe with these ranges, in the order of the graph.
std::vector<Layer> find_layers(const graph::Graph& graph, const Ranges& ranges);

// Sets the wordlengths of layers that are not searched.
void settle_followers(const std::vector<Layer>& layers, Followers followers, Assignment& assignment);

// Multiply-accumulates by wordlength, {1, 2, 4} for {8, 16, 32} bits, of all-16 over this: at most 2.
double bops_reduction(const std::vector<Layer>& layers, const Assignment& assignment);

}  // namespace nawq::quantize
