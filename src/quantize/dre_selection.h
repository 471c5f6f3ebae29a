// Owns: which layers have their range found on every picture: Algorithm 3 of the NAWQ-SR paper (section 4.3)
// and what stands beside it. Everything here gives indices of layers, in the order of the graph.
#pragma once

#include <span>
#include <vector>

#include "quantize/resilience.h"

namespace nawq::quantize {

// E_l is the sum of the squares of the drops down to l, the largest first; what loses nothing adds nothing.
enum class DreRule {
  kText,     // up to and with the layer at which E_l / E_last reaches K
  kListing,  // while E_l / E_last <= K, which may select none
};

// K <= 0, or no drop at all: none. K >= 1: all.
std::vector<std::size_t> select_dre(const Resilience& resilience, double energy, DreRule rule);

struct DreEnergy {
  double energy = 0;
  std::vector<std::size_t> layers;
};

// The smallest K after which the loss of `base` with ranges found for the selected layers no longer falls by
// `fall` (of the metric): bisection over the layers in the order of their drops, as many evaluations as that
// takes. None where all of them do not gain `fall`.
Result<DreEnergy> find_dre_energy(const SearchProblem& problem, const Resilience& resilience,
                                  const Assignment& base, SearchProgress progress, double fall = 0.002);

// By the error that clipping makes in each layer's input on pictures that calibration did not see: the
// largest first, until they hold this share of the sum.
std::vector<std::size_t> select_dre_by_clipping(std::span<const double> clip_errors, double share);

// RandDRE, for comparison: how many of the searched layers, one at least, and which, drawn.
std::vector<std::size_t> draw_dre(const std::vector<Layer>& layers, std::uint64_t seed);

// Ranges of these layers are found on every picture, of the others not.
void set_dre(const std::vector<std::size_t>& layers, Assignment& assignment);

}  // namespace nawq::quantize
