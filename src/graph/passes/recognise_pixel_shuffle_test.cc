#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

using Dims = std::vector<std::int64_t>;

TinyGraph reordered(const Shape& from, const Shape& middle, const Dims& perm, const Shape& to) {
  TinyGraph net(from);
  const ValueId first = net.add("unfold", Reshape{middle}, {net.x});
  const ValueId turned = net.add("turn", Transpose{perm}, {first});
  net.add("y", Reshape{to}, {turned});
  return net;
}

const Shape kDeep{1, 8, 3, 5}, kWide{1, 2, 6, 10};

TEST(RecognisePixelShuffle, FindsBothOrders) {
  expect_rewrite(reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 2, 5, 3}, kWide).graph,
                 recognise_pixel_shuffle,
                 R"(input %x [1,8,3,5]
%y [1,2,6,10] = DepthToSpace block 2 crd (%x)
output %y
)",
                 kExact);
  expect_rewrite(reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 3, 4, 1, 5, 2}, kWide).graph,
                 recognise_pixel_shuffle,
                 R"(input %x [1,8,3,5]
%y [1,2,6,10] = DepthToSpace block 2 dcr (%x)
output %y
)",
                 kExact);
}

TEST(RecognisePixelShuffle, FindsTheInverseInBothOrders) {
  expect_rewrite(reordered(kWide, {1, 2, 3, 2, 5, 2}, {0, 1, 3, 5, 2, 4}, kDeep).graph,
                 recognise_pixel_shuffle,
                 R"(input %x [1,2,6,10]
%y [1,8,3,5] = SpaceToDepth block 2 crd (%x)
output %y
)",
                 kExact);
  expect_rewrite(reordered(kWide, {1, 2, 3, 2, 5, 2}, {0, 3, 5, 1, 2, 4}, kDeep).graph,
                 recognise_pixel_shuffle,
                 R"(input %x [1,2,6,10]
%y [1,8,3,5] = SpaceToDepth block 2 dcr (%x)
output %y
)",
                 kExact);
}

TEST(RecognisePixelShuffle, FindsItWithoutTheOnlyChannel) {
  expect_rewrite(reordered({1, 4, 3, 5}, {2, 2, 3, 5}, {2, 0, 3, 1}, {1, 1, 6, 10}).graph,
                 recognise_pixel_shuffle,
                 R"(input %x [1,4,3,5]
%y [1,1,6,10] = DepthToSpace block 2 crd (%x)
output %y
)",
                 kExact);
}

TEST(RecognisePixelShuffle, FindsItWithoutTheLeadingOne) {
  expect_rewrite(reordered({1, 27, 1, 4}, {3, 3, 3, 1, 4}, {0, 3, 1, 4, 2}, {1, 3, 3, 12}).graph,
                 recognise_pixel_shuffle, R"(input %x [1,27,1,4]
%y [1,3,3,12] = DepthToSpace block 3 crd (%x)
output %y
)",
                 kExact);
}

TEST(RecognisePixelShuffle, LeavesAnIntermediateThatIsReadAlive) {
  TinyGraph net = reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 2, 5, 3}, kWide);
  const ValueId other = net.add("other", Reshape{{1, 2, 60, 1}}, {net.graph.nodes[1].outputs[0]});
  const ValueId folded = net.add("folded", Reshape{kWide}, {other});
  net.add("sum", Binary{BinaryKind::kAdd}, {folded, net.graph.nodes[2].outputs[0]});
  expect_rewrite(net.graph, recognise_pixel_shuffle, R"(input %x [1,8,3,5]
%unfold [1,2,2,2,3,5] = Reshape (%x)
%turn [1,2,3,2,5,2] = Transpose perm [0,1,4,2,5,3] (%unfold)
%y [1,2,6,10] = DepthToSpace block 2 crd (%x)
%other [1,2,60,1] = Reshape (%turn)
%folded [1,2,6,10] = Reshape (%other)
%sum [1,2,6,10] = Add (%folded, %y)
output %sum
)",
                 kExact);
}

TEST(RecognisePixelShuffle, LeavesOtherPermutationsAndShapes) {
  // Width before height.
  expect_untouched(reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 3, 5, 2}, kWide).graph,
                   recognise_pixel_shuffle);
  // Blocks of 2x4.
  expect_untouched(reordered({1, 8, 3, 5}, {1, 1, 2, 4, 3, 5}, {0, 1, 4, 2, 5, 3}, {1, 1, 6, 20}).graph,
                   recognise_pixel_shuffle);
  // Folded back to something else.
  expect_untouched(reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 2, 5, 3}, {1, 2, 10, 6}).graph,
                   recognise_pixel_shuffle);
  // From a picture of another size.
  expect_untouched(reordered({1, 8, 5, 3}, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 2, 5, 3}, kWide).graph,
                   recognise_pixel_shuffle);
}

TEST(RecognisePixelShuffle, LeavesTheTransposeWhenItIsTheOutput) {
  TinyGraph net = reordered(kDeep, {1, 2, 2, 2, 3, 5}, {0, 1, 4, 2, 5, 3}, kWide);
  net.graph.output = net.graph.nodes[1].outputs[0];
  expect_untouched(net.graph, recognise_pixel_shuffle);
}

}  // namespace
}  // namespace nawq::graph
