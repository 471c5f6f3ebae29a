#include "quantize/knapsack_candidates.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nawq::quantize {
namespace {

constexpr std::size_t kTurned = 2;          // Candidate::front
constexpr std::size_t kTurnedPoints = 250;  // of a front whose runs are turned over

}  // namespace

KnapsackCandidates::KnapsackCandidates(const SearchProblem& problem, const NoiseModel& model,
                                       const KnapsackOptions& options)
    : problem_(problem),
      model_(model),
      options_(options),
      searched_(searched_layers(problem.layers)),
      all16_(problem.layers.size()) {
  settle_followers(problem.layers, problem.followers, all16_);
  find_choices();
  add_front(true);
  if (problem.tolerance.metric != Metric::kFidelity) add_front(false);
  if (!costs_add()) turn_runs();
  std::ranges::stable_sort(candidates_, [](const Candidate& a, const Candidate& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.error < b.error;
  });
}

// The layers that gain most by what they cost, up to the limit: whatever is chosen among them keeps it.
std::vector<bool> KnapsackCandidates::layers_with_dre() const {
  std::vector<bool> may(searched_.size(), false);
  if (!options_.choose_dre) return may;
  Assignment all8 = all16_;
  for (const std::size_t layer : searched_) all8[layer].bits = 8;
  settle_followers(problem_.layers, problem_.followers, all8);
  const double run = problem_.cost.total(problem_.layers, all8);
  std::vector<double> gains(searched_.size(), 0), overheads(searched_.size(), 0);
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t layer = searched_[i];
    const auto fixed = model_.of(layer, {.bits = 8}), dre = model_.of(layer, {.bits = 8, .dre = true});
    if (fixed && dre) gains[i] = fixed->error - dre->error;
    overheads[i] = layer < options_.dre_overhead.size()
                       ? options_.dre_overhead[layer]
                       : (problem_.cost.layer_cost(problem_.layers, layer, {.bits = 8, .dre = true}) -
                          problem_.cost.layer_cost(problem_.layers, layer, {.bits = 8})) /
                             std::max(run, 1e-300);
  }
  std::vector<std::size_t> order(searched_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return gains[a] * std::max(overheads[b], 1e-12) > gains[b] * std::max(overheads[a], 1e-12);
  });
  double spent = 0;
  for (const std::size_t i : order) {
    if (!(gains[i] > 0) || spent + overheads[i] > options_.dre_overhead_limit) continue;
    spent += std::max(overheads[i], 0.0);
    may[i] = true;
  }
  return may;
}

void KnapsackCandidates::find_choices() {
  const std::vector<bool> may_dre = layers_with_dre();
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    std::vector<LayerChoice>& choices = choices_.emplace_back();
    choices.push_back({.bits = 16});
    if (model_.of(searched_[i], {.bits = 8})) choices.push_back({.bits = 8});
    if (may_dre[i]) choices.push_back({.bits = 8, .dre = true});
  }
}

std::vector<KnapsackItem> KnapsackCandidates::items(bool by_error) const {
  std::vector<KnapsackItem> items;
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    KnapsackItem& item = items.emplace_back();
    for (const LayerChoice choice : choices_[i]) {
      const NoiseModel::Noise noise = model_.of(searched_[i], choice).value_or(NoiseModel::Noise{});
      item.push_back({.cost = problem_.cost.layer_cost(problem_.layers, searched_[i], choice),
                      .weight = by_error ? noise.error : noise.loss,
                      .carried = by_error ? noise.loss : noise.error});
    }
  }
  return items;
}

// Each layer's change alone costs what it costs itself.
bool KnapsackCandidates::costs_add() const {
  const double all16 = problem_.cost.total(problem_.layers, all16_);
  for (std::size_t i = 0; i < searched_.size(); ++i) {
    const std::size_t layer = searched_[i];
    for (const LayerChoice choice : choices_[i]) {
      Assignment changed = all16_;
      changed[layer] = choice;
      settle_followers(problem_.layers, problem_.followers, changed);
      const double own = problem_.cost.layer_cost(problem_.layers, layer, choice) -
                         problem_.cost.layer_cost(problem_.layers, layer, {.bits = 16});
      const double whole = problem_.cost.total(problem_.layers, changed) - all16;
      if (std::fabs(whole - own) > 1e-9 * std::fabs(all16)) return false;
    }
  }
  return true;
}

void KnapsackCandidates::add_front(bool by_error) {
  double rest = problem_.cost.total(problem_.layers, all16_);
  for (const std::size_t layer : searched_)
    rest -= problem_.cost.layer_cost(problem_.layers, layer, {.bits = 16});
  const ParetoFront& front = fronts_.emplace_back(ParetoFront::solve(items(by_error), options_.max_states));
  is_exact_ = is_exact_ && front.is_exact();
  for (std::size_t i = 0; i < front.points().size(); ++i) {
    const ParetoFront::Point& point = front.points()[i];
    candidates_.push_back({.cost = rest + point.cost,
                           .error = by_error ? point.weight : point.carried,
                           .loss = by_error ? point.carried : point.weight,
                           .front = fronts_.size() - 1,
                           .point = i});
  }
}

Assignment KnapsackCandidates::assignment(const Candidate& candidate) const {
  if (candidate.front == kTurned) return turned_[candidate.point];
  const std::vector<std::uint8_t> choices = fronts_[candidate.front].choices(candidate.point);
  Assignment assignment = all16_;
  for (std::size_t i = 0; i < searched_.size(); ++i) assignment[searched_[i]] = choices_[i][choices[i]];
  settle_followers(problem_.layers, problem_.followers, assignment);
  return assignment;
}

KnapsackCandidates::Candidate KnapsackCandidates::candidate_of(const Assignment& assignment) const {
  const NoiseModel::Noise noise = model_.sum(assignment);
  return {.cost = problem_.cost.total(problem_.layers, assignment), .error = noise.error, .loss = noise.loss};
}

// The fronts were found without what changes of wordlength cost. Some of their points, evenly, as they are
// and with each run of layers of one wordlength turned over where that is cheaper.
void KnapsackCandidates::turn_runs() {
  const std::vector<Candidate> found = std::move(candidates_);
  candidates_.clear();
  const std::size_t step = std::max<std::size_t>(found.size() / (fronts_.size() * kTurnedPoints), 1);
  for (std::size_t i = 0; i < found.size(); ++i)
    if (i % step == 0 || i + 1 == found.size()) turn_runs_of(assignment(found[i]));
  is_exact_ = false;
}

void KnapsackCandidates::turn_runs_of(Assignment assignment) {
  const auto add = [&](const Assignment& turned) {
    Candidate candidate = candidate_of(turned);
    candidate.front = kTurned;
    candidate.point = turned_.size();
    candidates_.push_back(candidate);
    turned_.push_back(turned);
  };
  add(assignment);
  double cost = candidates_.back().cost;
  for (std::size_t begin = 0, end = 0; begin < searched_.size(); begin = end) {
    const int bits = assignment[searched_[begin]].bits;
    Assignment turned = assignment;
    bool is_measured = true;
    for (end = begin; end < searched_.size() && assignment[searched_[end]].bits == bits; ++end) {
      turned[searched_[end]] = {.bits = 24 - bits};
      is_measured = is_measured && (bits == 8 || choices_[end].size() > 1);
    }
    settle_followers(problem_.layers, problem_.followers, turned);
    const double turned_cost = problem_.cost.total(problem_.layers, turned);
    if (!is_measured || turned_cost >= cost) continue;
    add(turned);
    if (bits != 8) continue;  // cheaper and with less error: go on from it
    assignment = turned;
    cost = turned_cost;
  }
}

}  // namespace nawq::quantize
