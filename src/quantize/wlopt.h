// Owns: QuantSR-WLopt, Algorithm 1 of the NAWQ-SR paper (section 4.2).
#pragma once

#include "quantize/search.h"

namespace nawq::quantize {

// From all layers at 16 bits, which are measured first, one pass over the searched layers, the most expensive
// at 16 bits first, ties in the order of the graph: each is set to 8 bits and stays there if the tolerance
// holds. As many evaluations as layers, and one. A budget that ends early leaves the rest at 16.
Result<SearchResult> search_wlopt(const SearchProblem& problem, SearchProgress progress);

}  // namespace nawq::quantize
