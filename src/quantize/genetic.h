// Owns: a genetic search over wordlengths, a baseline (NAWQ-SR paper, section 5.1, Table 1).
#pragma once

#include "quantize/search.h"

namespace nawq::quantize {

// A population of a quarter of the layers, at least 4, drawn at random. The next generation is the best one
// and children of two parents, each the better of two drawn: every wordlength from either parent, and about
// one a child changed. Fitness is the penalised cost. Without a budget, as many evaluations as search_wlopt,
// or three generations if these are more. All layers at 16 bits are measured first and are not in the
// population.
Result<SearchResult> search_genetic(const SearchProblem& problem, SearchProgress progress);

}  // namespace nawq::quantize
