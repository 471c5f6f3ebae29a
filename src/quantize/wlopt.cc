#include "quantize/wlopt.h"

#include <algorithm>
#include <numeric>

#include "quantize/trials.h"

namespace nawq::quantize {
namespace {

// Indices into `searched`.
std::vector<std::size_t> by_cost(const SearchProblem& problem, const std::vector<std::size_t>& searched) {
  std::vector<double> costs;
  for (const std::size_t layer : searched)
    costs.push_back(problem.cost.layer_cost(problem.layers, layer, {.bits = 16}));
  std::vector<std::size_t> order(searched.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  return order;
}

}  // namespace

Result<SearchResult> search_wlopt(const SearchProblem& problem, SearchProgress progress) {
  const std::vector<std::size_t> searched = searched_layers(problem.layers);
  Trials trials(problem, std::ssize(searched) + 1, false, progress);
  std::vector<bool> eight(searched.size(), false);
  NAWQ_CHECK(trials.measure(trials.with_eight(eight), "start"));
  for (const std::size_t i : by_cost(problem, searched)) {
    if (trials.is_over()) break;
    eight[i] = true;
    NAWQ_TRY(const std::size_t index,
             trials.measure(trials.with_eight(eight), "wlopt", problem.tolerance.needed()));
    eight[i] = trials.holds(index);
  }
  return trials.result();
}

}  // namespace nawq::quantize
