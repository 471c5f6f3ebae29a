#include "quantize/resilience.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nawq::quantize {
namespace {

// Nothing where the evaluation was stopped early.
Result<std::optional<Loss>> measure_alone(Trials& trials, Metric metric, std::size_t layer, bool dre) {
  const Score all16 = trials.point(0).score;
  Assignment assignment = trials.uniform(16);
  assignment[layer] = {.bits = 8, .dre = dre};
  NAWQ_TRY(const std::size_t index,
           trials.measure_once(std::move(assignment), dre ? "single-dre" : "single"));
  const Score& score = trials.point(index).score;
  if (!score.complete) return std::nullopt;
  const double drop = value_of(all16, metric) - value_of(score, metric);
  return Loss{std::isfinite(drop) ? drop : 0, score.error - all16.error};
}

}  // namespace

Result<Resilience> measure_resilience(Trials& trials, const SearchProblem& problem, bool with_dre) {
  const Metric metric = problem.tolerance.metric;
  if (trials.size() == 0) NAWQ_CHECK(trials.measure(trials.uniform(16), "start"));
  Resilience resilience{.all16 = trials.point(0).score, .layers = {}, .points = {}};
  const std::vector<std::size_t>& searched = trials.searched();
  for (auto layer = searched.rbegin(); layer != searched.rend() && !trials.is_over(); ++layer) {
    NAWQ_TRY(const std::optional<Loss> fixed, measure_alone(trials, metric, *layer, false));
    if (!fixed) continue;
    LayerResilience measured{.layer = *layer, .at_8bit = *fixed, .at_8bit_dre = {}};
    if (with_dre && !trials.is_over()) {
      NAWQ_TRY(measured.at_8bit_dre, measure_alone(trials, metric, *layer, true));
    }
    resilience.layers.push_back(measured);
  }
  std::ranges::reverse(resilience.layers);
  resilience.points = trials.points();
  resilience.evaluations = std::ssize(resilience.points);
  return resilience;
}

Result<Resilience> measure_resilience(const SearchProblem& problem, bool with_dre, SearchProgress progress) {
  const std::ptrdiff_t layers = std::ssize(searched_layers(problem.layers));
  Trials trials(problem, 1 + layers * (with_dre ? 2 : 1), false, progress);
  return measure_resilience(trials, problem, with_dre);
}

std::vector<std::size_t> by_drop(const Resilience& resilience) {
  std::vector<std::size_t> order(resilience.layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return resilience.layers[a].at_8bit.drop > resilience.layers[b].at_8bit.drop;
  });
  return order;
}

}  // namespace nawq::quantize
