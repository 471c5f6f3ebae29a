#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

using Dims = std::vector<std::int64_t>;

TinyGraph shuffled(const Shape& middle, const Dims& perm) {
  TinyGraph net({1, 6, 3, 5});
  const ValueId first = net.add("unfold", Reshape{middle}, {net.x});
  const ValueId turned = net.add("turn", Transpose{perm}, {first});
  net.add("y", Reshape{{1, 6, 3, 5}}, {turned});
  return net;
}

constexpr const char* kShuffled = R"(input %x [1,6,3,5]
%y [1,6,3,5] = ChannelShuffle groups 2 (%x)
output %y
)";

TEST(RecogniseChannelShuffle, FindsItInEveryFolding) {
  expect_rewrite(shuffled({1, 2, 3, 3, 5}, {0, 2, 1, 3, 4}).graph, recognise_channel_shuffle, kShuffled,
                 kExact);
  expect_rewrite(shuffled({2, 3, 3, 5}, {1, 0, 2, 3}).graph, recognise_channel_shuffle, kShuffled, kExact);
  expect_rewrite(shuffled({1, 2, 3, 15}, {0, 2, 1, 3}).graph, recognise_channel_shuffle, kShuffled, kExact);
  expect_rewrite(shuffled({2, 3, 15}, {1, 0, 2}).graph, recognise_channel_shuffle, kShuffled, kExact);
}

TEST(RecogniseChannelShuffle, LeavesAnIntermediateThatIsReadAlive) {
  TinyGraph net = shuffled({2, 3, 15}, {1, 0, 2});
  const ValueId other = net.add("other", Reshape{{1, 3, 2, 15}}, {net.graph.nodes[1].outputs[0]});
  const ValueId back = net.add("back", Reshape{{1, 6, 5, 3}}, {other});
  const ValueId turned = net.add("turned", Transpose{{0, 1, 3, 2}}, {back});
  net.add("sum", Binary{BinaryKind::kAdd}, {turned, net.graph.nodes[2].outputs[0]});
  expect_rewrite(net.graph, recognise_channel_shuffle, R"(input %x [1,6,3,5]
%unfold [2,3,15] = Reshape (%x)
%turn [3,2,15] = Transpose perm [1,0,2] (%unfold)
%y [1,6,3,5] = ChannelShuffle groups 2 (%x)
%other [1,3,2,15] = Reshape (%turn)
%back [1,6,5,3] = Reshape (%other)
%turned [1,6,3,5] = Transpose perm [0,1,3,2] (%back)
%sum [1,6,3,5] = Add (%turned, %y)
output %sum
)",
                 kExact);
}

TEST(RecogniseChannelShuffle, LeavesOtherPermutationsAndShapes) {
  expect_untouched(shuffled({1, 2, 3, 3, 5}, {0, 2, 1, 4, 3}).graph, recognise_channel_shuffle);
  expect_untouched(shuffled({1, 2, 3, 3, 5}, {0, 1, 3, 2, 4}).graph, recognise_channel_shuffle);
  expect_untouched(shuffled({2, 9, 5}, {1, 0, 2}).graph, recognise_channel_shuffle);
}

TEST(RecogniseChannelShuffle, LeavesTheTransposeWhenItIsTheOutput) {
  TinyGraph net = shuffled({2, 3, 15}, {1, 0, 2});
  net.graph.output = net.graph.nodes[1].outputs[0];
  expect_untouched(net.graph, recognise_channel_shuffle);
}

}  // namespace
}  // namespace nawq::graph
