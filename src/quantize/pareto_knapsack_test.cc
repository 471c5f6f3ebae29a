#include "quantize/pareto_knapsack.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "quantize/draws.h"

namespace nawq::quantize {
namespace {

using Point = ParetoFront::Point;

// Every choice there is, and of these what nothing dominates.
std::vector<Point> by_brute_force(const std::vector<KnapsackItem>& items) {
  std::vector<Point> all(1);
  for (const KnapsackItem& item : items) {
    std::vector<Point> next;
    for (const Point& point : all)
      for (const KnapsackOption& option : item)
        next.push_back({point.cost + option.cost, point.weight + option.weight, 0});
    all = std::move(next);
  }
  std::ranges::sort(all, [](const Point& a, const Point& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.weight < b.weight;
  });
  std::vector<Point> front;
  for (const Point& point : all)
    if (front.empty() || point.weight < front.back().weight) front.push_back(point);
  return front;
}

// Weights are whole, so that sums do not depend on their order.
std::vector<KnapsackItem> random_items(std::size_t count, std::size_t options, std::uint64_t seed) {
  Draws draws(seed);
  std::vector<KnapsackItem> items(count);
  for (KnapsackItem& item : items)
    for (std::size_t i = 0; i < options; ++i)
      item.push_back({static_cast<double>(draws.below(30)), static_cast<double>(draws.below(40)) - 5,
                      static_cast<double>(draws.below(9))});
  return items;
}

TEST(ParetoFront, IsThatOfBruteForce) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto items = random_items(1 + seed % 7, 1 + seed % 4, seed);
    const ParetoFront front = ParetoFront::solve(items, 100000);
    const auto expected = by_brute_force(items);
    ASSERT_EQ(front.points().size(), expected.size()) << seed;
    EXPECT_TRUE(front.is_exact());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(front.points()[i].cost, expected[i].cost) << seed;
      EXPECT_EQ(front.points()[i].weight, expected[i].weight) << seed;
    }
  }
}

TEST(ParetoFront, ChoicesAddUpToTheirPoint) {
  const auto items = random_items(12, 3, 5);
  const ParetoFront front = ParetoFront::solve(items, 100000);
  for (std::size_t i = 0; i < front.points().size(); ++i) {
    Point sum;
    const auto choices = front.choices(i);
    for (std::size_t item = 0; item < items.size(); ++item) {
      const KnapsackOption& option = items[item][choices[item]];
      sum = {sum.cost + option.cost, sum.weight + option.weight, sum.carried + option.carried};
    }
    EXPECT_EQ(sum.cost, front.points()[i].cost);
    EXPECT_EQ(sum.weight, front.points()[i].weight);
    EXPECT_EQ(sum.carried, front.points()[i].carried);
  }
}

TEST(ParetoFront, OfNothingIsOnePoint) {
  const ParetoFront front = ParetoFront::solve({}, 100);
  ASSERT_EQ(front.points().size(), 1u);
  EXPECT_TRUE(front.choices(0).empty());
}

TEST(ParetoFront, EqualCostsThatAreNoWholeNumbersAreEqual) {
  const std::vector<KnapsackItem> items(30, {{0.1, 1.0, 0}, {0.3, 0.5, 0}});
  EXPECT_EQ(ParetoFront::solve(items, 100000).points().size(), 31u);
}

TEST(ParetoFront, WithFewStatesIsCloseAndSaysSo) {
  Draws draws(9);
  std::vector<KnapsackItem> items;
  for (int i = 0; i < 40; ++i) items.push_back({{1 + draws.unit(), 1 + draws.unit(), 0}, {0, 3, 0}});
  const ParetoFront exact = ParetoFront::solve(items, 1000000), thin = ParetoFront::solve(items, 200);
  EXPECT_TRUE(exact.is_exact());
  EXPECT_FALSE(thin.is_exact());
  EXPECT_LE(thin.points().size(), 201u);
  EXPECT_EQ(thin.points().front().cost, exact.points().front().cost);
  EXPECT_EQ(thin.points().back().weight, exact.points().back().weight);
  // For every exact point a thin one no heavier at a cost within the stated 40/200 of the range.
  const double range = exact.points().back().cost - exact.points().front().cost;
  for (const Point& point : exact.points()) {
    const auto as_light =
        std::ranges::find_if(thin.points(), [&](const Point& other) { return other.weight <= point.weight; });
    ASSERT_NE(as_light, thin.points().end());
    EXPECT_LE(as_light->cost, point.cost + range * 40 / 200);
  }
}

}  // namespace
}  // namespace nawq::quantize
