// Owns: the layerwise resilience analysis, Algorithm 2 of the NAWQ-SR paper (section 4.3): what each layer by
// itself loses at 8 bits.
#pragma once

#include <optional>
#include <vector>

#include "quantize/search.h"
#include "quantize/trials.h"

namespace nawq::quantize {

// Against all layers at 16 bits, whose weights have 8 bits too.
struct Loss {
  double drop = 0;         // of the metric
  double added_error = 0;  // of Score::error
};

struct LayerResilience {
  std::size_t layer = 0;
  Loss at_8bit;
  std::optional<Loss> at_8bit_dre;  // with its range found on every picture; where that was asked for
};

struct Resilience {
  Score all16;
  std::vector<LayerResilience> layers;  // searched ones, in the order of the graph
  std::vector<MeasuredPoint> points;    // labels "start", "single" and "single-dre"
  std::int64_t evaluations = 0;
};

// Measured from the last layer to the first: who keeps the results of layers at 16 bits runs only what is
// behind the one at 8. Layers that a budget leaves out are missing.
Result<Resilience> measure_resilience(const SearchProblem& problem, bool with_dre, SearchProgress progress);
// As a part of another search.
Result<Resilience> measure_resilience(Trials& trials, const SearchProblem& problem, bool with_dre);

// Indices into `layers`, the largest drop first, ties in the order of the graph.
std::vector<std::size_t> by_drop(const Resilience& resilience);

}  // namespace nawq::quantize
