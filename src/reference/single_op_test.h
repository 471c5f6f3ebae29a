// Owns: what the tests of operators share: running one node, random tensors, comparing.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "reference/run.h"

namespace nawq::reference {

inline std::int64_t elements(const graph::Shape& shape) { return graph::element_count(shape).value_or(0); }

// Values in [-1, 1).
inline graph::Tensor random_tensor(graph::Shape shape, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(elements(shape)));
  for (float& value : values) value = static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f;
  return graph::float_tensor(std::move(shape), std::move(values));
}

// 0, 1, 2, ...
inline graph::Tensor counting_tensor(graph::Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(elements(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return graph::float_tensor(std::move(shape), std::move(values));
}

// Output number `which` of `op` on inputs[0]; the other inputs are constants. An empty tensor after a
// failure.
inline graph::Tensor run_op(graph::Op op, const std::vector<graph::Tensor>& inputs, int threads = 2,
                            std::size_t which = 0) {
  graph::Graph graph;
  std::vector<graph::ValueId> ids{graph.add_input("x", inputs[0].shape)};
  for (std::size_t i = 1; i < inputs.size(); ++i) ids.push_back(graph.add_constant("c", inputs[i]));
  const auto outputs = graph.add_node("node", std::move(op), std::move(ids));
  EXPECT_TRUE(outputs) << (outputs ? "" : outputs.error().message);
  if (!outputs) return {};
  graph.output = (*outputs)[which];
  auto team = ThreadTeam::create(threads);
  EXPECT_TRUE(team);
  if (!team) return {};
  auto result = run(graph, inputs[0], *team);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : graph::Tensor{};
}

inline void expect_near(const graph::Tensor& actual, const graph::Shape& shape,
                        const std::vector<double>& expected, double tolerance) {
  EXPECT_EQ(actual.shape, shape);
  ASSERT_EQ(actual.floats.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(actual.floats[i], expected[i], tolerance) << "element " << i;
}

inline void expect_equal(const graph::Tensor& actual, const graph::Shape& shape,
                         const std::vector<float>& expected) {
  EXPECT_EQ(actual.shape, shape);
  EXPECT_EQ(actual.floats, expected);
}

inline bool same_bits(const graph::Tensor& a, const graph::Tensor& b) {
  return a.shape == b.shape && a.floats.size() == b.floats.size() && !a.floats.empty() &&
         std::memcmp(a.floats.data(), b.floats.data(), a.floats.size() * sizeof(float)) == 0;
}

inline void expect_same_bits_for_any_team(const graph::Op& op, const std::vector<graph::Tensor>& inputs) {
  const graph::Tensor alone = run_op(op, inputs, 1);
  for (const int threads : {2, 3}) EXPECT_TRUE(same_bits(alone, run_op(op, inputs, threads))) << threads;
}

}  // namespace nawq::reference
