#include <numbers>

#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr Binary kAdd{BinaryKind::kAdd}, kMul{BinaryKind::kMul}, kDiv{BinaryKind::kDiv},
    kPow{BinaryKind::kPow};

struct Formula : TinyGraph {
  Formula() : TinyGraph({1, 2, 3, 5}) {}

  // 1 + erf(x / divisor)
  ValueId one_plus_erf(ValueId of, float divisor = std::numbers::sqrt2_v<float>) {
    const ValueId scaled = add("scaled", kDiv, {of, number("sqrt2", divisor)});
    return add("sum", kAdd, {add("erf", Unary{UnaryKind::kErf}, {scaled}), number("one", 1)});
  }
  ValueId half() { return number("half", 0.5f); }
};

constexpr const char* kGelu = R"(input %x [1,2,3,5]
%y [1,2,3,5] = Gelu (%x)
output %y
)";
constexpr const char* kGeluTanh = R"(input %x [1,2,3,5]
%y [1,2,3,5] = GeluTanh (%x)
output %y
)";

TEST(RecogniseGelu, FindsTheProductInPyTorchsOrder) {
  Formula net;
  const ValueId product = net.add("product", kMul, {net.x, net.one_plus_erf(net.x)});
  net.add("y", kMul, {product, net.half()});
  expect_rewrite(net.graph, recognise_gelu, kGelu, kRounded);
}

TEST(RecogniseGelu, FindsTheProductInOtherOrders) {
  Formula halved_first;
  const ValueId half_x = halved_first.add("half_x", kMul, {halved_first.half(), halved_first.x});
  halved_first.add("y", kMul, {halved_first.one_plus_erf(halved_first.x), half_x});
  expect_rewrite(halved_first.graph, recognise_gelu, kGelu, kRounded);

  Formula gate_first;
  const ValueId gate =
      gate_first.add("gate", kMul, {gate_first.half(), gate_first.one_plus_erf(gate_first.x)});
  gate_first.add("y", kMul, {gate_first.x, gate});
  expect_rewrite(gate_first.graph, recognise_gelu, kGelu, kRounded);
}

TEST(RecogniseGelu, FindsTheArgumentWrittenAsAProduct) {
  Formula net;
  const ValueId scaled = net.add("scaled", kMul, {net.number("c", std::numbers::sqrt2_v<float> / 2), net.x});
  const ValueId erf = net.add("erf", Unary{UnaryKind::kErf}, {scaled});
  const ValueId sum = net.add("sum", kAdd, {net.number("one", 1), erf});
  net.add("y", kMul, {net.add("product", kMul, {sum, net.x}), net.half()});
  expect_rewrite(net.graph, recognise_gelu, kGelu, kRounded);
}

TEST(RecogniseGelu, FindsTheFunctionOfAProduct) {
  Formula net;
  const ValueId doubled = net.add("doubled", kMul, {net.x, net.number("two", 2)});
  const ValueId product = net.add("product", kMul, {doubled, net.one_plus_erf(doubled)});
  net.add("y", kMul, {product, net.half()});
  expect_rewrite(net.graph, recognise_gelu, R"(input %x [1,2,3,5]
%doubled [1,2,3,5] = Mul (%x, two[])
%y [1,2,3,5] = Gelu (%doubled)
output %y
)",
                 kRounded);
}

TEST(RecogniseGelu, KeepsAnIntermediateThatAnotherNodeReads) {
  Formula net;
  const ValueId gate = net.one_plus_erf(net.x);
  const ValueId product = net.add("product", kMul, {net.x, gate});
  const ValueId gelu = net.add("gelu", kMul, {product, net.half()});
  net.add("y", kAdd, {gelu, gate});
  expect_rewrite(net.graph, recognise_gelu, R"(input %x [1,2,3,5]
%scaled [1,2,3,5] = Div (%x, sqrt2[])
%erf [1,2,3,5] = Erf (%scaled)
%sum [1,2,3,5] = Add (%erf, one[])
%gelu [1,2,3,5] = Gelu (%x)
%y [1,2,3,5] = Add (%gelu, %sum)
output %y
)",
                 kRounded);
}

TEST(RecogniseGelu, FindsTheTanhFormWithAPower) {
  Formula net;
  const ValueId cube = net.add("cube", kPow, {net.x, net.number("three", 3)});
  const ValueId cubic = net.add("cubic", kMul, {cube, net.number("c", 0.044715f)});
  const ValueId inner = net.add("inner", kAdd, {net.x, cubic});
  const ValueId scaled = net.add("scaled", kMul, {inner, net.number("d", 0.7978845608028654f)});
  const ValueId tanh = net.add("tanh", Unary{UnaryKind::kTanh}, {scaled});
  const ValueId sum = net.add("sum", kAdd, {tanh, net.number("one", 1)});
  net.add("y", kMul, {net.add("half_x", kMul, {net.x, net.half()}), sum});
  expect_rewrite(net.graph, recognise_gelu, kGeluTanh, kRounded);
}

TEST(RecogniseGelu, FindsTheTanhFormWithXTakenOut) {
  Formula net;
  const ValueId square = net.add("square", kMul, {net.x, net.x});
  const ValueId quadratic = net.add("quadratic", kMul, {square, net.number("c", 0.044715f)});
  const ValueId inner = net.add("inner", kAdd, {quadratic, net.number("one", 1)});
  const ValueId scaled_x = net.add("scaled_x", kMul, {net.x, net.number("d", 0.7978845608028654f)});
  const ValueId tanh =
      net.add("tanh", Unary{UnaryKind::kTanh}, {net.add("argument", kMul, {scaled_x, inner})});
  const ValueId sum = net.add("sum", kAdd, {tanh, net.number("one", 1)});
  net.add("y", kMul, {net.add("half_x", kMul, {net.x, net.half()}), sum});
  expect_rewrite(net.graph, recognise_gelu, kGeluTanh, kRounded);
}

TEST(RecogniseGelu, LeavesOtherConstants) {
  Formula wide;
  wide.add("y", kMul, {wide.add("product", kMul, {wide.x, wide.one_plus_erf(wide.x, 1.5f)}), wide.half()});
  expect_untouched(wide.graph, recognise_gelu);

  Formula unhalved;
  unhalved.add("y", kMul, {unhalved.x, unhalved.one_plus_erf(unhalved.x)});
  expect_untouched(unhalved.graph, recognise_gelu);
}

TEST(RecogniseGelu, LeavesAProductWithAnotherValue) {
  Formula net;
  const ValueId other = net.add("other", Unary{UnaryKind::kTanh}, {net.x});
  net.add("y", kMul, {net.add("product", kMul, {other, net.one_plus_erf(net.x)}), net.half()});
  expect_untouched(net.graph, recognise_gelu);
}

TEST(RecogniseGelu, LeavesThePatternWhenItsProductIsNotTheEnd) {
  Formula net;
  const ValueId product = net.add("product", kMul, {net.x, net.one_plus_erf(net.x)});
  net.add("y", kMul, {product, net.half()});
  net.graph.output = product;
  expect_untouched(net.graph, recognise_gelu);
}

}  // namespace
}  // namespace nawq::graph
