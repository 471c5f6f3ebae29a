#include "quantize/annealing.h"

#include <cmath>

#include "quantize/draws.h"
#include "quantize/penalised_cost.h"
#include "quantize/trials.h"

namespace nawq::quantize {

Result<SearchResult> search_annealing(const SearchProblem& problem, SearchProgress progress) {
  constexpr double kFirstTemperature = 1, kCooling = 0.05;
  const std::vector<std::size_t> searched = searched_layers(problem.layers);
  Trials trials(problem, std::ssize(searched) + 1, true, progress);
  Draws draws(problem.seed);
  std::vector<bool> eight(searched.size(), false);
  NAWQ_TRY(const std::size_t start, trials.measure(trials.with_eight(eight), "start"));
  double energy = penalised_cost(trials, problem.tolerance, start);
  for (int step = 0; !searched.empty() && !trials.is_over(); ++step) {
    const std::size_t changed = draws.below(searched.size());
    eight[changed] = !eight[changed];
    NAWQ_TRY(const std::size_t index, trials.measure(trials.with_eight(eight), "annealing"));
    const double next = penalised_cost(trials, problem.tolerance, index);
    const double temperature = kFirstTemperature * std::exp(-kCooling * step);
    const double drawn = draws.unit();  // always, so that the sequence does not depend on energies
    if (next <= energy || drawn < std::exp((energy - next) / temperature)) {
      energy = next;
    } else {
      eight[changed] = !eight[changed];
    }
  }
  return trials.result();
}

}  // namespace nawq::quantize
