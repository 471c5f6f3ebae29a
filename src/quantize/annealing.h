// Owns: simulated annealing over wordlengths, a baseline (NAWQ-SR paper, section 5.1, Table 1).
#pragma once

#include "quantize/search.h"

namespace nawq::quantize {

// From all layers at 16 bits: one searched layer, drawn, changes its wordlength; a worse penalised cost is
// taken with probability e^(-worse / t), t = e^(-0.05 i) in step i. Without a budget, as many evaluations as
// search_wlopt.
Result<SearchResult> search_annealing(const SearchProblem& problem, SearchProgress progress);

}  // namespace nawq::quantize
