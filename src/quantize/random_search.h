// Owns: random search over wordlengths, a baseline (NAWQ-SR paper, section 5.1).
#pragma once

#include "quantize/search.h"

namespace nawq::quantize {

// All layers at 16 bits, then draws: every searched layer at 8 or 16 bits, each as likely. Without a budget,
// as many evaluations as search_wlopt. The rate at which draws miss the tolerance is `violations` over
// `evaluations` - 1.
Result<SearchResult> search_random(const SearchProblem& problem, SearchProgress progress);

}  // namespace nawq::quantize
