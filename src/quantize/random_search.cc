#include "quantize/random_search.h"

#include "quantize/draws.h"
#include "quantize/trials.h"

namespace nawq::quantize {

Result<SearchResult> search_random(const SearchProblem& problem, SearchProgress progress) {
  const std::vector<std::size_t> searched = searched_layers(problem.layers);
  Trials trials(problem, std::ssize(searched) + 1, true, progress);
  Draws draws(problem.seed);
  NAWQ_CHECK(trials.measure(trials.uniform(16), "start"));
  while (!searched.empty() && !trials.is_over()) {
    std::vector<bool> eight;
    for (std::size_t i = 0; i < searched.size(); ++i) eight.push_back(draws.coin());
    NAWQ_CHECK(trials.measure(trials.with_eight(eight), "random", problem.tolerance.needed()));
  }
  return trials.result();
}

}  // namespace nawq::quantize
