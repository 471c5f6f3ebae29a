#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr Binary kAdd{BinaryKind::kAdd}, kMul{BinaryKind::kMul}, kDiv{BinaryKind::kDiv};

struct Formula : TinyGraph {
  Formula() : TinyGraph({1, 2, 3, 5}) {}
  ValueId clipped(float high = 6) {
    const ValueId sum = add("sum", kAdd, {x, number("three", 3)});
    return add("clip", Unary{UnaryKind::kClip, 0, high}, {sum});
  }
};

constexpr const char* kHardSwish = R"(input %x [1,2,3,5]
%y [1,2,3,5] = HardSwish (%x)
output %y
)";

TEST(RecogniseHardSwish, FindsTheProductWithAHardSigmoid) {
  Formula net;
  net.add("y", kMul, {net.x, net.add("gate", Unary{UnaryKind::kHardSigmoid, 1.0f / 6, 0.5f}, {net.x})});
  expect_rewrite(net.graph, recognise_hard_swish, kHardSwish, kRounded);
}

TEST(RecogniseHardSwish, FindsTheClippedSumInAnyOrder) {
  Formula divided_last;
  divided_last.add("y", kDiv,
                   {divided_last.add("product", kMul, {divided_last.x, divided_last.clipped()}),
                    divided_last.number("six", 6)});
  expect_rewrite(divided_last.graph, recognise_hard_swish, kHardSwish, kRounded);

  Formula divided_first;
  const ValueId gate =
      divided_first.add("gate", kMul, {divided_first.clipped(), divided_first.number("sixth", 1.0f / 6)});
  divided_first.add("y", kMul, {gate, divided_first.x});
  expect_rewrite(divided_first.graph, recognise_hard_swish, kHardSwish, kRounded);
}

TEST(RecogniseHardSwish, KeepsAGateThatAnotherNodeReads) {
  Formula net;
  const ValueId gate = net.add("gate", Unary{UnaryKind::kHardSigmoid, 1.0f / 6, 0.5f}, {net.x});
  const ValueId swish = net.add("swish", kMul, {gate, net.x});
  net.add("y", kAdd, {gate, swish});
  expect_rewrite(net.graph, recognise_hard_swish, R"(input %x [1,2,3,5]
%gate [1,2,3,5] = HardSigmoid 0.16666667 0.5 (%x)
%swish [1,2,3,5] = HardSwish (%x)
%y [1,2,3,5] = Add (%gate, %swish)
output %y
)",
                 kRounded);
}

TEST(RecogniseHardSwish, LeavesOtherSlopesAndLimits) {
  Formula slope;
  slope.add("y", kMul, {slope.x, slope.add("gate", Unary{UnaryKind::kHardSigmoid, 0.2f, 0.5f}, {slope.x})});
  expect_untouched(slope.graph, recognise_hard_swish);

  Formula limit;
  limit.add("y", kDiv, {limit.add("product", kMul, {limit.x, limit.clipped(5)}), limit.number("six", 6)});
  expect_untouched(limit.graph, recognise_hard_swish);
}

TEST(RecogniseHardSwish, LeavesAProductWithAnotherValue) {
  Formula net;
  const ValueId other = net.add("other", Unary{UnaryKind::kTanh}, {net.x});
  net.add("y", kMul, {other, net.add("gate", Unary{UnaryKind::kHardSigmoid, 1.0f / 6, 0.5f}, {net.x})});
  expect_untouched(net.graph, recognise_hard_swish);
}

TEST(RecogniseHardSwish, LeavesTheProductThatIsStillToBeDividedWhenItIsTheOutput) {
  Formula net;
  const ValueId product = net.add("product", kMul, {net.x, net.clipped()});
  net.add("y", kDiv, {product, net.number("six", 6)});
  net.graph.output = product;
  expect_untouched(net.graph, recognise_hard_swish);
}

}  // namespace
}  // namespace nawq::graph
