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
  bool reads_picture = false;  // and nothing that is rounded: its wordlength is 8, the picture's codes
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

// Indices of layers whose wordlength is searched, in the order of the graph.
std::vector<std::size_t> searched_layers(const std::vector<Layer>& layers);

// Layers that are not searched, given those that are.
enum class Followers {
  kReaders,  // the wordlength of what they feed, the larger where they feed both
  kSixteen,  // 16 bits: no multiply-accumulate is spent
};

// Nodes that have a wordlength in a recipe with these ranges (make_recipe), in the order of the graph.
// Multiply-accumulates of nodes without one (1x1 pictures behind a statistic) are in no layer.
std::vector<Layer> find_layers(const graph::Graph& graph, const Ranges& ranges);

// Sets the wordlengths of layers that are not searched. What no layer reads has that of what it reads, the
// larger of them. Whether ranges are found on every picture is left as it is, but for readers of the picture.
void settle_followers(const std::vector<Layer>& layers, Followers followers, Assignment& assignment);

// Of all layers.
double total_macs(const std::vector<Layer>& layers);

// Multiply-accumulates by wordlength, {1, 2, 4} for {8, 16, 32} bits, of all-16 over this. Readers of the
// picture count 16 bits in all-16 and the 8 that they run at here: 2 is the ceiling, whatever their share,
// and all searched layers at 16 give a little more than 1.
double bops_reduction(const std::vector<Layer>& layers, const Assignment& assignment);

}  // namespace nawq::quantize
