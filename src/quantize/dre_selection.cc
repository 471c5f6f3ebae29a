#include "quantize/dre_selection.h"

#include <algorithm>
#include <numeric>

#include "quantize/draws.h"

namespace nawq::quantize {
namespace {

std::vector<std::size_t> sorted(std::vector<std::size_t> layers) {
  std::ranges::sort(layers);
  return layers;
}

// E_l / E_last of the layers in the order of their drops; empty where there is no energy.
std::vector<double> energies(const Resilience& resilience, const std::vector<std::size_t>& order) {
  std::vector<double> sums;
  double sum = 0;
  for (const std::size_t i : order) {
    const double drop = std::max(resilience.layers[i].at_8bit.drop, 0.0);
    sums.push_back(sum += drop * drop);
  }
  if (!(sum > 0)) return {};
  for (double& energy : sums) energy /= sum;
  return sums;
}

std::size_t count_selected(const std::vector<double>& shares, double energy, DreRule rule) {
  if (shares.empty() || !(energy > 0)) return 0;
  if (energy >= 1) return shares.size();
  if (rule == DreRule::kListing)
    return static_cast<std::size_t>(std::ranges::upper_bound(shares, energy) - shares.begin());
  return static_cast<std::size_t>(std::ranges::lower_bound(shares, energy) - shares.begin()) + 1;
}

std::vector<std::size_t> first_layers(const Resilience& resilience, const std::vector<std::size_t>& order,
                                      std::size_t count) {
  std::vector<std::size_t> layers;
  for (std::size_t i = 0; i < count; ++i) layers.push_back(resilience.layers[order[i]].layer);
  return sorted(std::move(layers));
}

class EnergyFinder {
 public:
  EnergyFinder(const SearchProblem& problem, const Resilience& resilience, const Assignment& base,
               SearchProgress progress)
      : problem_(problem),
        resilience_(resilience),
        base_(base),
        order_(by_drop(resilience)),
        shares_(energies(resilience, order_)),
        trials_(problem, 8, false, progress) {}

  Result<DreEnergy> find(double fall) {
    NAWQ_TRY(const double none, loss(0));
    NAWQ_TRY(const double all, loss(shares_.size()));
    if (!(none - all >= fall)) return DreEnergy{};
    std::size_t too_few = 0, enough = shares_.size();
    while (enough - too_few > 1) {
      const std::size_t middle = too_few + (enough - too_few) / 2;
      NAWQ_TRY(const double lost, loss(middle));
      (lost - all < fall ? enough : too_few) = middle;
    }
    return DreEnergy{shares_[enough - 1], first_layers(resilience_, order_, enough)};
  }

 private:
  Result<double> loss(std::size_t count) {
    Assignment assignment = base_;
    set_dre(first_layers(resilience_, order_, count), assignment);
    NAWQ_TRY(const std::size_t index, trials_.measure_once(std::move(assignment), "dre"));
    return problem_.tolerance.loss_of(trials_.point(index).score);
  }

  const SearchProblem& problem_;
  const Resilience& resilience_;
  const Assignment& base_;
  const std::vector<std::size_t> order_;
  const std::vector<double> shares_;
  Trials trials_;
};

}  // namespace

std::vector<std::size_t> select_dre(const Resilience& resilience, double energy, DreRule rule) {
  const std::vector<std::size_t> order = by_drop(resilience);
  return first_layers(resilience, order, count_selected(energies(resilience, order), energy, rule));
}

Result<DreEnergy> find_dre_energy(const SearchProblem& problem, const Resilience& resilience,
                                  const Assignment& base, SearchProgress progress, double fall) {
  return EnergyFinder(problem, resilience, base, progress).find(fall);
}

std::vector<std::size_t> select_dre_by_clipping(std::span<const double> clip_errors, double share) {
  std::vector<std::size_t> order(clip_errors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t layer) { return !(clip_errors[layer] > 0); });
  std::ranges::stable_sort(order, [&](auto a, auto b) { return clip_errors[a] > clip_errors[b]; });
  double sum = 0, selected = 0;
  for (const std::size_t layer : order) sum += clip_errors[layer];
  std::size_t count = 0;
  while (count < order.size() && selected < share * sum) selected += clip_errors[order[count++]];
  order.resize(count);
  return sorted(std::move(order));
}

std::vector<std::size_t> draw_dre(const std::vector<Layer>& layers, std::uint64_t seed) {
  std::vector<std::size_t> drawn = searched_layers(layers);
  if (drawn.empty()) return drawn;
  Draws draws(seed);
  const std::size_t count = 1 + draws.below(drawn.size());
  draws.shuffle(drawn);
  drawn.resize(count);
  return sorted(std::move(drawn));
}

void set_dre(const std::vector<std::size_t>& layers, Assignment& assignment) {
  for (LayerChoice& choice : assignment) choice.dre = false;
  for (const std::size_t layer : layers) assignment[layer].dre = true;
}

}  // namespace nawq::quantize
