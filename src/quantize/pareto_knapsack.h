// Owns: of items with a few options each, every sum of costs at which no other choice has less weight: an
// exact knapsack for all budgets at once. Knows nothing of networks.
#pragma once

#include <cstdint>
#include <vector>

namespace nawq::quantize {

struct KnapsackOption {
  double cost = 0, weight = 0;  // any sign
  double carried = 0;           // summed along
};

// Options of one item; at least one, at most 4.
using KnapsackItem = std::vector<KnapsackOption>;

class ParetoFront {
 public:
  struct Point {
    double cost = 0, weight = 0, carried = 0;
  };

  // Dynamic programming over items on a list of states that no other dominates. Costs that are whole numbers
  // with a sum below 2^53 are exact, others are rounded to 2^-40 of their sum. Where the list grows beyond
  // `max_states`, states close in cost are merged, keeping the lightest: each time that may raise the cost of
  // a weight by 1/max_states of the range of costs at that item (is_exact() is false then).
  static ParetoFront solve(const std::vector<KnapsackItem>& items, std::size_t max_states);

  // Rising in cost, strictly falling in weight; at least one.
  const std::vector<Point>& points() const { return points_; }
  // The option of each item.
  std::vector<std::uint8_t> choices(std::size_t point) const;
  bool is_exact() const { return exact_; }

 private:
  std::vector<Point> points_;
  std::vector<std::vector<std::uint32_t>> steps_;  // by item and state: 4 * state before it + option
  bool exact_ = true;
};

}  // namespace nawq::quantize
