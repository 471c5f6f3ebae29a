#include "graph/fingerprint.h"

#include <gtest/gtest.h>

namespace nawq::graph {
namespace {

struct Facts {
  std::string node = "a";
  float weight = 1;
  std::int64_t size = 4;
  bool relu = true;
};

Graph network(const Facts& facts) {
  Graph graph;
  const ValueId x = graph.add_input("x", {1, 1, facts.size, facts.size});
  const ValueId w = graph.add_constant("w", float_tensor({1, 1, 1, 1}, {facts.weight}));
  const ValueId a = graph.add_single(facts.node, Conv{}, {x, w}).value();
  const auto kind = facts.relu ? UnaryKind::kRelu : UnaryKind::kSigmoid;
  graph.output = graph.add_single("b", Unary{kind}, {a}).value();
  return graph;
}

TEST(Fingerprint, IsTheSameAtEverySize) {
  EXPECT_EQ(fingerprint(network({})), fingerprint(network({.size = 9})));
}

TEST(Fingerprint, NamesWeightsAndOperatorsChangeIt) {
  const std::uint64_t own = fingerprint(network({}));
  EXPECT_NE(own, fingerprint(network({.node = "c"})));
  EXPECT_NE(own, fingerprint(network({.weight = -1})));
  EXPECT_NE(own, fingerprint(network({.relu = false})));
}

}  // namespace
}  // namespace nawq::graph
