#include "quantize/pareto_knapsack.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nawq::quantize {
namespace {

struct State {
  std::int64_t cost = 0;
  double weight = 0, carried = 0;
  std::uint32_t step = 0;
};

// Costs in whole numbers of this.
double unit_of(const std::vector<KnapsackItem>& items) {
  double sum = 0;
  bool whole = true;
  for (const KnapsackItem& item : items) {
    double largest = 0;
    for (const KnapsackOption& option : item) {
      largest = std::max(largest, std::fabs(option.cost));
      whole = whole && std::rint(option.cost) == option.cost;
    }
    sum += largest;
  }
  return (whole && sum < 0x1p53) || !(sum > 0) ? 1 : sum * 0x1p-40;
}

// The next list: of each state with each option, in the order of cost, then weight; only what is lighter than
// everything cheaper is kept.
class Merger {
 public:
  Merger(const std::vector<State>& states, const KnapsackItem& item, double unit)
      : states_(states), item_(item), unit_(unit) {}

  std::vector<State> merge() {
    std::vector<State> merged;
    merged.reserve(states_.size() * 2);
    for (;;) {
      std::size_t best = item_.size();
      for (std::size_t option = 0; option < item_.size(); ++option)
        if (heads_[option] < states_.size() && (best == item_.size() || is_before(option, best)))
          best = option;
      if (best == item_.size()) return merged;
      const State next = state(best);
      ++heads_[best];
      if (merged.empty() || next.weight < merged.back().weight) merged.push_back(next);
    }
  }

 private:
  State state(std::size_t option) const {
    const State& before = states_[heads_[option]];
    const KnapsackOption& added = item_[option];
    return {before.cost + std::llround(added.cost / unit_), before.weight + added.weight,
            before.carried + added.carried, static_cast<std::uint32_t>(heads_[option] * 4 + option)};
  }

  bool is_before(std::size_t a, std::size_t b) const {
    const State of_a = state(a), of_b = state(b);
    return of_a.cost != of_b.cost ? of_a.cost < of_b.cost : of_a.weight < of_b.weight;
  }

  const std::vector<State>& states_;
  const KnapsackItem& item_;
  const double unit_;
  std::array<std::size_t, 4> heads_{};
};

// The lightest of each stretch of costs, and the cheapest of all.
void thin(std::vector<State>& states, std::size_t max_states) {
  const std::int64_t first = states.front().cost, range = states.back().cost - first;
  const double width = static_cast<double>(range) / static_cast<double>(max_states - 1);
  std::vector<State> kept{states.front()};
  const auto stretch = [&](const State& state) {
    return static_cast<std::int64_t>(static_cast<double>(state.cost - first) / width);
  };
  for (std::size_t i = 1; i < states.size(); ++i)
    if (i + 1 == states.size() || stretch(states[i]) != stretch(states[i + 1])) kept.push_back(states[i]);
  states = std::move(kept);
}

}  // namespace

ParetoFront ParetoFront::solve(const std::vector<KnapsackItem>& items, std::size_t max_states) {
  max_states = std::clamp<std::size_t>(max_states, 2, std::size_t{1} << 28);
  const double unit = unit_of(items);
  ParetoFront front;
  std::vector<State> states(1);
  for (const KnapsackItem& item : items) {
    states = Merger(states, item, unit).merge();
    if (states.size() > max_states) {
      thin(states, max_states);
      front.exact_ = false;
    }
    std::vector<std::uint32_t>& steps = front.steps_.emplace_back();
    for (const State& state : states) steps.push_back(state.step);
  }
  for (const State& state : states)
    front.points_.push_back({static_cast<double>(state.cost) * unit, state.weight, state.carried});
  return front;
}

std::vector<std::uint8_t> ParetoFront::choices(std::size_t point) const {
  std::vector<std::uint8_t> choices(steps_.size());
  for (std::size_t item = steps_.size(); item-- > 0;) {
    const std::uint32_t step = steps_[item][point];
    choices[item] = step % 4;
    point = step / 4;
  }
  return choices;
}

}  // namespace nawq::quantize
