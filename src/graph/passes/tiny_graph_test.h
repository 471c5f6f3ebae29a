// Owns: what the tests of passes share: building a graph of a few nodes, and the check that a pass makes a
// stated graph out of it which computes the same.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "graph/passes/passes.h"
#include "reference/run.h"

namespace nawq::graph {

inline Tensor random_tensor(Shape shape, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(element_count(shape).value()));
  // Straight from the generator's bits: distributions differ between standard libraries.
  for (float& value : values) value = static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f;
  return float_tensor(std::move(shape), std::move(values));
}

inline Conv convolution(Padding2d pads, std::int64_t groups = 1, Extent2d stride = {}) {
  Conv op;
  op.pads = pads;
  op.groups = groups;
  op.stride = stride;
  return op;
}

struct TinyGraph {
  Graph graph;
  ValueId x;

  explicit TinyGraph(Shape input) : x(graph.add_input("x", std::move(input))) {}

  ValueId constant(std::string name, Shape shape) {
    const auto seed = static_cast<std::uint32_t>(graph.values.size());
    return graph.add_constant(std::move(name), random_tensor(std::move(shape), seed));
  }
  ValueId constant(std::string name, Shape shape, std::vector<float> values) {
    return graph.add_constant(std::move(name), float_tensor(std::move(shape), std::move(values)));
  }
  ValueId number(std::string name, float value) { return constant(std::move(name), {}, {value}); }

  // Becomes the graph's output, until the next one.
  ValueId add(std::string name, Op op, std::vector<ValueId> inputs) {
    graph.output = graph.add_single(std::move(name), std::move(op), std::move(inputs)).value();
    return graph.output;
  }
};

using PassFunction = Result<int> (*)(Graph&);

inline Tensor output_of(const Graph& graph) {
  ThreadTeam team = ThreadTeam::create(1).value();
  return reference::run(graph, random_tensor(graph.shape(graph.input), 7), team).value();
}

// `tolerance` is relative to the largest magnitude in the output; 0 asks for equal bits.
inline void expect_same_output(const Graph& before, const Graph& after, double tolerance) {
  const Tensor expected = output_of(before), actual = output_of(after);
  ASSERT_EQ(expected.shape, actual.shape);
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < expected.floats.size(); ++i) {
    ASSERT_TRUE(std::isfinite(expected.floats[i])) << i;
    largest = std::max(largest, std::abs(double{expected.floats[i]}));
    difference = std::max(difference, std::abs(double{expected.floats[i]} - double{actual.floats[i]}));
    ASSERT_TRUE(std::isfinite(actual.floats[i])) << i;
  }
  EXPECT_GT(largest, 0) << "an output of zeros shows nothing";
  EXPECT_LE(difference, tolerance * largest);
}

inline constexpr double kExact = 0, kRounded = 1e-5;

// `pass` turns `before` into a graph whose dump is `expected` and whose output is the same.
inline void expect_rewrite(const Graph& before, PassFunction pass, const std::string& expected,
                           double tolerance) {
  Graph after = before;
  const auto rewrites = pass(after);
  ASSERT_TRUE(rewrites) << rewrites.error().message;
  EXPECT_GT(*rewrites, 0);
  ASSERT_TRUE(remove_dead(after));
  const Status status = verify(after);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(dump(after), expected);
  expect_same_output(before, after, tolerance);
}

inline void expect_untouched(const Graph& before, PassFunction pass) {
  ASSERT_TRUE(verify(before));
  Graph after = before;
  const auto rewrites = pass(after);
  ASSERT_TRUE(rewrites) << rewrites.error().message;
  EXPECT_EQ(*rewrites, 0);
  EXPECT_EQ(dump(after), dump(before));
}

}  // namespace nawq::graph
